"""Each floor stands on the floors below it; the ground floor stands on Python alone."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GROUND = [*sorted((ROOT / "registry/rules").rglob("*.py")), ROOT / "registry/errors.py"]
OWN = ("registry.rules", "registry.errors")


def imported(module: Path) -> set[str]:
    """Every module that this one names in an import, wherever in the file."""
    names = set()
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


def test_the_import_contracts_are_kept():
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("module", GROUND, ids=lambda module: module.stem)
def test_rules_and_refusals_import_the_standard_library_only(module):
    foreign = {
        name
        for name in imported(module)
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith(OWN)
    }

    assert foreign == set()


def test_every_door_is_named_in_the_contract_that_keeps_doors_apart():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    [doors] = [
        contract["modules"]
        for contract in settings["tool"]["importlinter"]["contracts"]
        if contract["id"] == "doors"
    ]
    folders = {each.parent.name for each in (ROOT / "registry/web").glob("*/__init__.py")}

    assert {door.rpartition(".")[2] for door in doors} == folders
