"""A process that goes on with an activation and says so after each step."""

from __future__ import annotations

import json
import sys

from registry import create_app
from registry.jobs.background import go_on
from registry.services import activations
from tests import given


def main(settings: dict[str, object]) -> None:
    activations.AT_ONCE = 2  # few at a time, so that there is a midst to be killed in
    with create_app(dict(settings)).app_context():
        while go_on(given.NOW):
            sys.stdout.write("a step\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
