"""YAML read so that of every value the line is known, and no key may stand twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

# The C one where there is one: it is ten times as fast, and as safe.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


class BadYaml(ValueError):
    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = line
        self.why = why


@dataclass(frozen=True, slots=True)
class YamlText:
    content: Any
    root: yaml.Node | None

    def line_of(self, path: str) -> int:
        """Of `sets[0].requirements[3].hours`; where that is missing, of what should hold it."""
        line, node = 1, self.root
        for step in STEP.finditer(path):
            number, key = step.groups()
            found = _item(node, int(number)) if number else _value(node, key)
            if found is None:
                break
            line, node = found
        return line

    def repeated(self) -> Iterator[tuple[int, str]]:
        """The line and name of each key that stands twice in one mapping."""
        if self.root is not None:
            yield from sorted(_repeated(self.root))


def read_yaml(text: str) -> YamlText:
    """Raises BadYaml."""
    try:
        loader = LOADER(text)
        try:
            root = loader.get_single_node()
            content = None if root is None else loader.construct_document(root)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadYaml(line, error.problem or "cannot be read") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BadYaml(1, " ".join(str(error).split()) or "cannot be read") from error
    return YamlText(content, root)


def _item(node: Any, number: int) -> tuple[int, Any] | None:
    if not isinstance(node, yaml.SequenceNode) or number >= len(node.value):
        return None
    item = node.value[number]
    return item.start_mark.line + 1, item


def _value(node: Any, name: str) -> tuple[int, Any] | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    for key, value in node.value:
        if key.value == name:
            return key.start_mark.line + 1, value
    return None


def _repeated(root: yaml.Node) -> Iterator[tuple[int, str]]:
    """Each node once: an alias may lead back to where it stands."""
    seen, ahead = {id(root)}, [root]
    while ahead:
        node = ahead.pop()
        if isinstance(node, yaml.MappingNode):
            yield from _twice(node)
            below = [value for _, value in node.value]
        else:
            below = node.value if isinstance(node, yaml.SequenceNode) else []
        ahead += [one for one in below if id(one) not in seen]
        seen.update(map(id, below))


def _twice(mapping: yaml.MappingNode) -> Iterator[tuple[int, str]]:
    seen = set()
    for key, _ in mapping.value:
        if isinstance(key, yaml.ScalarNode):
            if key.value in seen:
                yield key.start_mark.line + 1, key.value
            seen.add(key.value)
