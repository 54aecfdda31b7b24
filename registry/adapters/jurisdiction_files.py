"""The requirement sets that ship with the registry, read from their files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType

from registry.adapters.jurisdiction_forms import JurisdictionFile as JurisdictionFile
from registry.adapters.jurisdiction_forms import JurisdictionForm
from registry.adapters.yaml_text import BadYaml, read_yaml


@dataclass(frozen=True, slots=True)
class Fault:
    """`file:line: path: why`, as a compiler says it."""

    file: str
    line: int
    path: str
    why: str

    def __str__(self) -> str:
        return ": ".join(filter(None, (f"{self.file}:{self.line}", self.path, self.why)))


class BadJurisdictionFile(ValueError):
    """Files that cannot be read: each fault by file, line, place and reason."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


@cache
def load_jurisdictions() -> Mapping[str, JurisdictionFile]:
    """By code; read once, for they ship with the registry. Raises BadJurisdictionFile."""
    read, faults = read_jurisdictions(shipped_texts())
    if faults:
        raise BadJurisdictionFile(faults)
    return MappingProxyType({one.code: one for one in read})


def shipped_texts() -> Iterator[tuple[str, str]]:
    """The name of each file that ships, and what stands in it."""
    folder = files("registry") / "jurisdictions"
    for one in sorted((one for one in folder.iterdir() if one.name.endswith(".yaml")), key=_name):
        yield one.name, one.read_text(encoding="utf-8")


def read_jurisdictions(
    texts: Iterable[tuple[str, str]],
) -> tuple[list[JurisdictionFile], list[Fault]]:
    """Those that are sound, and every fault of the others; no jurisdiction has two files."""
    read: dict[str, JurisdictionFile] = {}
    faults: list[Fault] = []
    for name, text in texts:
        try:
            one = read_jurisdiction(name, text)
        except BadJurisdictionFile as bad:
            faults += bad.faults
            continue
        if one.code in read:
            faults.append(Fault(name, 1, "jurisdiction", f"{one.code} has a file already"))
        read[one.code] = one
    return list(read.values()), faults


def read_jurisdiction(file_name: str, text: str) -> JurisdictionFile:
    """Raises BadJurisdictionFile with all that is wrong in it."""
    try:
        document = read_yaml(text)
    except BadYaml as error:
        raise BadJurisdictionFile([Fault(file_name, error.line, "", error.why)]) from error
    form = JurisdictionForm()
    found = form.read(document.content)
    faults = [
        Fault(file_name, document.line_of(path), path, why) for path, why in form.faults.items()
    ]
    faults += [Fault(file_name, line, key, "is there twice") for line, key in document.repeated()]
    if found is None or faults:
        raise BadJurisdictionFile(sorted(faults, key=_place))
    return found


def _place(fault: Fault) -> tuple[int, str]:
    return fault.line, fault.path


def _name(file: Traversable) -> str:
    return file.name
