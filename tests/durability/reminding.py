"""A process that promises reminders, two holders at a time, and says so after each transaction."""

from __future__ import annotations

import json
import sys

from sqlalchemy import event

from registry import create_app
from registry.models import db
from registry.services import reminders
from tests import given


def main(settings: dict[str, object]) -> None:
    reminders.AT_ONCE = 2  # few at a time, so that there is a midst to be killed in
    with create_app(dict(settings)).app_context():
        event.listen(db.session, "after_commit", _say)
        reminders.promise_reminders(now=given.NOW)


def _say(_session: object) -> None:
    sys.stdout.write("a step\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
