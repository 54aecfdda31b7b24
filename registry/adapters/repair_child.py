"""The child process that solves: it ties its own hands, then hands plain numbers to HiGHS.

It is run by its path and imports nothing of ours: a solver holds on to the processor and takes
what memory it likes, and neither is to be the server's. In: one line of JSON, the columns, rows
and bounds of a maximum. Out: one line of JSON, what was found.
"""

from __future__ import annotations

import json
import resource
import sys
from importlib import import_module
from typing import Any

MEMORY, OPEN_FILES, TO_BEGIN = 3 * 1024 * 1024 * 1024, 64, 40


def main() -> None:
    asked = json.loads(sys.stdin.buffer.readline())
    tie_hands(int(asked["seconds"]) + TO_BEGIN)
    sys.stdout.write(json.dumps(solve(asked)))


def tie_hands(seconds: int) -> None:
    """Little time and memory, few files, none of them written."""
    for what, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def solve(asked: dict[str, Any]) -> dict[str, Any]:
    """`chosen`: the numbers of the whole columns that are one; None if none were found in time."""
    numpy, sparse = import_module("numpy"), import_module("scipy.sparse")
    optimize = import_module("scipy.optimize")
    gain, whole = numpy.array(asked["gain"], dtype=float), asked["whole"]
    shape = (len(asked["least"]), len(gain))
    rows = sparse.csr_array((asked["values"], asked["columns"], asked["begins"]), shape=shape)
    integrality = numpy.zeros(len(gain))
    integrality[:whole] = 1
    found = optimize.milp(
        -gain,
        integrality=integrality,
        bounds=optimize.Bounds(0, 1),
        constraints=optimize.LinearConstraint(rows, asked["least"], asked["most"]),
        options={"time_limit": asked["seconds"], "mip_rel_gap": 0, "presolve": True},
    )
    if found.x is None:
        return {"chosen": None, "proven": False}
    chosen = numpy.flatnonzero(found.x[:whole] > 0.5)
    return {"chosen": chosen.tolist(), "proven": found.status == 0}


if __name__ == "__main__":
    main()
