"""A process that revokes a certificate, and is killed at the statement it is told."""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import datetime

from sqlalchemy import event

from registry import create_app
from registry.models import Account, db
from registry.rules.vocabulary import Outcome
from registry.services.verification import decide_standing


def main() -> None:
    settings, scene = json.loads(sys.argv[1])
    with create_app(settings).app_context():
        account = db.session.get_one(Account, scene["manager"])
        actor, now = account.as_actor(), datetime.fromisoformat(scene["now"])

        def stop(_connection: object, _cursor: object, sent: str, *_: object) -> None:
            if sent.startswith(scene["at"]):
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(db.engine, "after_cursor_execute", stop)
        decide_standing(
            actor=actor,
            credential_id=scene["credential"],
            outcome=Outcome.REVOKED,
            effective_from=now.date(),
            reason="forged",
            now=now,
        )


if __name__ == "__main__":
    main()
