"""The requirement sets that ship with the registry, read from their files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any

import yaml

from registry.rules.findings import HOUSE_RULE
from registry.rules.forms import BadRequirementSet
from registry.rules.requirement_sets import RequirementSet, parse_requirement_set


@dataclass(frozen=True, slots=True)
class JurisdictionFile:
    code: str
    name: str
    sets: tuple[RequirementSet, ...]
    notes: tuple[str, ...] = ()


class BadJurisdictionFile(ValueError):
    """A file that cannot be read: which, where in it, and why."""


@cache
def load_jurisdictions() -> Mapping[str, JurisdictionFile]:
    """By code; read once, for they ship with the registry. Raises BadJurisdictionFile."""
    folder = files("registry") / "jurisdictions"
    texts = sorted((one for one in folder.iterdir() if one.name.endswith(".yaml")), key=_name)
    read = (read_jurisdiction(one.name, one.read_text(encoding="utf-8")) for one in texts)
    return MappingProxyType({jurisdiction.code: jurisdiction for jurisdiction in read})


def read_jurisdiction(file_name: str, text: str) -> JurisdictionFile:
    """Raises BadJurisdictionFile."""
    try:
        return _jurisdiction(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise BadJurisdictionFile(f"{file_name}: {error}") from error
    except BadRequirementSet as error:
        raise BadJurisdictionFile(f"{file_name}: {error.path}: {error.why}") from error


def _jurisdiction(content: Any) -> JurisdictionFile:
    _mapping(content, "(top)")
    code, name = content.get("jurisdiction"), content.get("name")
    sources = _mapping(content.get("sources"), "sources")
    sets = []
    for index, one in enumerate(content.get("sets") or ()):
        place = f"sets[{index}]"
        whole = {**_mapping(one, place), "jurisdiction": code, "place": name}
        for part in ("requirements", "open_questions"):
            whole[part] = [
                _cited(entry, sources, f"{place}.{part}[{number}]")
                for number, entry in enumerate(one.get(part) or ())
            ]
        sets.append(_parsed(whole, place))
    return JurisdictionFile(str(code), str(name), tuple(sets), tuple(content.get("notes") or ()))


def _parsed(mapping: dict[str, Any], place: str) -> RequirementSet:
    try:
        return parse_requirement_set(mapping)
    except BadRequirementSet as error:
        raise BadRequirementSet(f"{place}.{error.path}", error.why) from error


def _cited(entry: Any, sources: dict[str, Any], place: str) -> dict[str, Any]:
    """The entry with its source written out; what the entry itself says of it wins."""
    name = _mapping(entry, place).get("source")
    if name == HOUSE_RULE.source_url:
        return dict(entry)
    if name not in sources:
        raise BadRequirementSet(f"{place}.source", f"{name!r} is not among the sources")
    source = {key: str(value) for key, value in _mapping(sources[name], f"sources.{name}").items()}
    return {**source, **{key: value for key, value in entry.items() if key != "source"}}


def _mapping(value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadRequirementSet(place, "should be a mapping")
    return value


def _name(file: Traversable) -> str:
    return file.name
