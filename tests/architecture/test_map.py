"""The map in the README shows every room with its own first line, and no room that is gone."""

from __future__ import annotations

from scripts.draw_map import END, README, START, drawn


def test_the_readme_map_is_the_tree():
    _, rest = README.read_text().split(START)
    map_in_readme, _ = rest.split(END)

    assert map_in_readme.strip("\n") == drawn().strip("\n"), "run `make fix`"
