"""The map in README.md: every module of the registry with its own first line. Run it to redraw."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
START, END = "<!-- map -->\n", "<!-- /map -->"


def caption(module: Path) -> str:
    """The first line of its docstring. Raises SystemExit where there is none."""
    docstring = ast.get_docstring(ast.parse(module.read_text()))
    if not docstring:
        raise SystemExit(f"{module} needs a first line that says what it is")
    return docstring.strip().splitlines()[0]


def drawn() -> str:
    rooms = sorted(each for each in (ROOT / "registry").rglob("*.py") if each.stem != "__init__")
    lines = [f"    {room.relative_to(ROOT)!s:44} {caption(room)}" for room in rooms]
    return "\n".join(lines) + "\n"


def main() -> None:
    before, rest = README.read_text().split(START)
    _, after = rest.split(END)
    README.write_text(f"{before}{START}\n{drawn()}\n{END}{after}")


if __name__ == "__main__":
    main()
