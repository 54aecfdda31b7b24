"""
A nursery of processes: each line it reads is one to be born, a command of `registry` and settings.

It says the number of each, and how it ended if it was not killed. What such a process takes to
begin with is read only once, so that many can be killed in a short time.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback

import registry.jobs.worker
import registry.readiness
import registry.server  # noqa: F401  read now, so that those born need not
from registry.cli import main
from registry.services import activations


def live(command: list[str], settings: dict[str, str]) -> None:
    """In steps so small that there is a midst to be killed in."""
    activations.AT_ONCE = 2
    os.environ.update(settings)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        main(command)
    except SystemExit as end:
        say("ended", os.getpid(), end.code or 0)
    except BaseException:
        traceback.print_exc()
        say("ended", os.getpid(), 1)
    os._exit(0)


def say(*words: object) -> None:
    os.write(1, f"{' '.join(map(str, words))}\n".encode())


def nurse() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody is left to be asked after
    for line in sys.stdin:
        if (born := os.fork()) == 0:
            live(**json.loads(line))
        say("born", born)


if __name__ == "__main__":
    nurse()
