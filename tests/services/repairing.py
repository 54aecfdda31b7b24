"""What the tests of repairs share: a clinic with work on hold, and a repair worked out."""

from __future__ import annotations

from registry.jobs import background
from registry.models import Patient, Repair, db
from registry.rules.vocabulary import Outcome, Role, Treatment
from registry.services.repairs import ask_for_repair
from registry.services.scheduling import book_appointment, mark_done
from registry.services.verification import decide_standing
from tests import given
from tests.services.many import DAY


class Scene:
    """Dana's certificate is revoked; Ana and Bo may needle what she was to."""

    def __init__(self) -> None:
        self.harbour = given.clinic()
        self.desk = given.somebody(Role.FRONT_DESK, self.harbour)
        self.dana, self.paper = self.certified("Dana Okafor")
        self.ana, _ = self.certified("Ana Ruiz")
        self.bo, _ = self.certified("Bo Lind")

    def certified(self, name, **known):
        who = given.practitioner(name, at=self.harbour)
        return who, given.certified(who, **known)

    def booked(self, whom, hour, minute=0, *, room=0, day=DAY, **known):
        """In the first room, unless told; of a patient of its own."""
        when = given.slot(self.harbour, hour, minute, day=day)
        return given.booked(
            self.harbour, whom, when, room_id=given.rooms(self.harbour)[room], **known
        )

    def treated(self, whom, patient_id):
        """They treated this patient in the morning of the first day."""
        when = given.slot(self.harbour, 8)
        like = dict(treatment=Treatment.EXERCISE, sites=(), room_id=given.rooms(self.harbour)[1])
        patient = db.session.get_one(Patient, patient_id)
        wanted = given.booking(self.harbour, whom, patient, when, **like)
        number = book_appointment(actor=self.desk, booking=wanted, now=given.NOW)
        mark_done(actor=self.desk, appointment_id=number, seen_version=1, now=when.ends_at)

    def revoke(self, paper=None):
        """All that rests on it goes on hold."""
        decide_standing(
            actor=given.somebody(Role.MANAGER, self.harbour),
            credential_id=(paper or self.paper).id,
            outcome=Outcome.REVOKED,
            effective_from=given.TODAY,
            reason="The provider never taught this course.",
            now=given.NOW,
        )

    def ask(self, whom=None):
        number = ask_for_repair(
            actor=self.desk,
            clinic_id=self.harbour.id,
            practitioner_id=whom.id if whom else None,
            now=given.NOW,
        )
        db.session.rollback()
        return number

    def worked_out(self, whom=None):
        number = self.ask(whom)
        finish()
        return number


def finish(now=given.NOW):
    while background.go_on(now):
        db.session.remove()


def answers_of(number):
    """By appointment."""
    db.session.rollback()
    kept = db.session.get_one(Repair, number, populate_existing=True)
    assert not kept.failed_with
    assert kept.result is not None
    return {one[0]: one for one in kept.result["answers"]}
