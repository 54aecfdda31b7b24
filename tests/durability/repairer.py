"""A process that goes on with a repair and says so before and after each step."""

from __future__ import annotations

import json
import sys
from datetime import datetime

from registry import create_app
from registry.jobs.background import go_on


def main(settings: dict[str, object], now: datetime) -> None:
    with create_app(dict(settings)).app_context():
        while True:
            say("a step begins\n")
            if not go_on(now):
                return
            say("a step\n")


def say(line: str) -> None:
    sys.stdout.write(line)
    sys.stdout.flush()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), datetime.fromisoformat(sys.argv[2]))
