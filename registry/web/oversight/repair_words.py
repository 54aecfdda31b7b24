"""A repair in words: both ways beside each other, how sure it is, and why one is otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple
from zoneinfo import ZoneInfo

from registry.queries.repair_page import RepairAnswer, RepairLine
from registry.rules.repair import CONTESTED, IN_WORDS, Nobody, Score
from registry.rules.repair_answers import Sharing, Why
from registry.rules.series import MOST_APPOINTMENTS
from registry.rules.vocabulary import AppointmentState
from registry.web.formats import stamp

BY_HAND = "Done by hand, soonest first"


class Compared(NamedTuple):
    """One thing that counts, in both plans; `differs` where they are not the same."""

    what: str
    best: str
    plain: str

    @property
    def differs(self) -> bool:
        return self.best != self.plain


@dataclass(frozen=True, slots=True)
class Shown:
    """
    `ready` and `ask_first` may be accepted, the soonest only where `more` wait behind them; `left`
    stays on hold; `accepted` stands as the best way has it, `meanwhile` was settled otherwise.
    """

    ready: tuple[RepairLine, ...]
    ask_first: tuple[RepairLine, ...]
    more: int
    left: tuple[tuple[RepairLine, str], ...]
    accepted: int
    meanwhile: int
    otherwise: int

    @property
    def so_far(self) -> str:
        """What became of it, once something did: 3 placed as proposed, 1 settled otherwise, ..."""
        waiting = len(self.ready) + len(self.ask_first) + self.more
        told = (
            (self.accepted, "placed as proposed"),
            (self.meanwhile, "settled otherwise meanwhile"),
            (waiting, "still to be accepted"),
            (len(self.left), "would stay on hold"),
        )
        if not self.accepted + self.meanwhile:
            return ""
        return ", ".join(f"{number} {words}" for number, words in told if number)


def shown(answer: RepairAnswer) -> Shown:
    waiting = [line for line in answer.lines if line.waits]
    placed = [line for line in waiting if line.best]
    now = placed[:MOST_APPOINTMENTS]
    return Shown(
        ready=tuple(line for line in now if not line.to_clear),
        ask_first=tuple(line for line in now if line.to_clear),
        more=len(placed) - len(now),
        left=tuple((line, why_left(line)) for line in waiting if not line.best),
        accepted=sum(stands_as_placed(line) for line in answer.lines),
        meanwhile=sum(not (line.waits or stands_as_placed(line)) for line in answer.lines),
        otherwise=sum(line.why is not None for line in answer.lines),
    )


def stands_as_placed(line: RepairLine) -> bool:
    """By now it stands just as the best way would have it, whoever did that."""
    one, best = line.work.pattern, line.best
    return (
        best is not None
        and line.work.state is AppointmentState.CONFIRMED
        and (one.practitioner_id, one.room_id) == (best.practitioner_id, best.placement.room_id)
        and one.slot.starts_at == best.starts_at
    )


def comparison(answer: RepairAnswer) -> list[Compared]:
    """In the order of importance."""
    total, best, plain = len(answer.lines), answer.best, answer.plain
    return [
        Compared("Placed", f"{best.placed} of {total}", f"{plain.placed} of {total}"),
        Compared("At their own time", str(best.kept), str(plain.kept)),
        Compared("With somebody the patient knows", str(best.known), str(plain.known)),
        Compared("Days moved, all together", str(-best.near), str(-plain.near)),
        Compared("Taken over by", _shared(answer.best_shared), _shared(answer.plain_shared)),
    ]


def _shared(sharing: Sharing) -> str:
    if not sharing.people:
        return "nobody"
    people = "1 person" if sharing.people == 1 else f"{sharing.people} people"
    return f"{people}, at most {sharing.most} each"


def verdict(answer: RepairAnswer) -> str:
    """How sure it is that there is no better way."""
    if answer.failed:
        return (
            "The exact search could not run, so part of this is only the best that was found. "
            "Nothing speaks against accepting it."
        )
    if not answer.proven:
        found = "It is better than" if _better(answer.best, answer.plain) else "It is the same as"
        return (
            f"The time for the search was up before it was certain that there is no better way. "
            f"{found} what one would find by hand."
        )
    if not _better(answer.best, answer.plain):
        return "There is no better way: by hand one would find one that is as good."
    return (
        "There is no better way: none places more; of those that place as many none keeps more "
        "times, then more practitioners whom patients know, then moves less, then shares the "
        "work more evenly."
    )


def why_otherwise(line: RepairLine, zone: ZoneInfo) -> str:
    """Why it is not done as one would by hand; "" where it is."""
    who = line.plain.who if line.plain else ""
    if line.why is Why.PLACED:
        return f"{BY_HAND}, nobody would be left for it."
    if line.why is Why.MAKES_WAY:
        when = stamp(line.rival, zone, named=False) if line.rival else "another"
        return f"{BY_HAND}, it would go to {who}; that time is needed for the one of {when}."
    if line.why is Why.KEPT:
        return f"{BY_HAND}, it would be moved."
    if line.why is Why.KNOWN:
        return f"{BY_HAND}, it would go to {who}, whom the patient does not know."
    if line.why is Why.NEAR:
        return f"{BY_HAND}, it would be moved further."
    if line.why is Why.EVEN:
        return _evenly(line, zone)
    return ""


def _evenly(line: RepairLine, zone: ZoneInfo) -> str:
    """With the same person in both plans, only when or where differs, and neither counts."""
    best, plain = line.best, line.plain
    if best is None or plain is None:
        return ""
    if best.practitioner_id != plain.practitioner_id:
        return f"{BY_HAND}, it would go to {plain.who}; so the work is shared more evenly."
    if best.starts_at != plain.starts_at:
        when = stamp(plain.starts_at, zone, named=False)
        return f"{BY_HAND}, it would be on {when}; that is as good."
    return f"{BY_HAND}, it would be in {plain.room}; that is as good."


def why_left(line: RepairLine) -> str:
    return IN_WORDS[Nobody(line.nobody)] if line.nobody else CONTESTED


def _better(best: Score, plain: Score) -> bool:
    return best > plain
