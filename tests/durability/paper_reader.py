"""A process that reads papers and says so before and after each."""

from __future__ import annotations

import json
import sys
from datetime import datetime

from registry import create_app
from registry.jobs import papers


def main(settings: dict[str, object], now: datetime) -> None:
    looks = papers.read_by_eye

    def says_that_it_looks(*pages: object) -> object:
        say("it looks\n")
        return looks(*pages)  # type: ignore[arg-type]

    papers.read_by_eye = says_that_it_looks  # type: ignore[assignment]
    with create_app(dict(settings)).app_context():
        papers.read_next(now)
        say("done\n")


def say(line: str) -> None:
    sys.stdout.write(line)
    sys.stdout.flush()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), datetime.fromisoformat(sys.argv[2]))
