"""A rehearsal: a use case is carried out, what it did is looked at, and all of it is undone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from registry.models.base import REHEARSAL, begin_writing, db, undone_if_refused


class Rehearsal:
    """`go_ahead`: somebody saw just this before and wants it, so at its end it is committed."""

    def __init__(self) -> None:
        self.goes_ahead = False

    def go_ahead(self) -> None:
        self.goes_ahead = True


@contextmanager
def rehearsed() -> Iterator[Rehearsal]:
    """
    The use cases inside share one transaction, in which questions see the world as it would be.

    At its end all of it is undone, letters and audit entries too; unless it was told to go ahead
    and nothing was refused. So what is shown beforehand is what is done, by construction. It holds
    what the use cases lock, on SQLite the writer's seat: ask little inside it.
    """
    session = db.session()
    if {"in_use", REHEARSAL} & session.info.keys():
        raise RuntimeError("a rehearsal is of whole use cases, and one at a time")
    rehearsal = session.info[REHEARSAL] = Rehearsal()
    try:
        with undone_if_refused(session):
            begin_writing(session)
            begun = session.get_transaction()
            yield rehearsal
            if rehearsal.goes_ahead:
                if session.get_transaction() is not begun:
                    raise RuntimeError("what was refused inside a rehearsal cannot go ahead")
                session.commit()
            else:
                session.rollback()  # told to whoever listens, as closing is not
    finally:
        del session.info[REHEARSAL]
        session.close()
