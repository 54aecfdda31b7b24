"""Reading iCalendar files strictly, by RFC 5545, not by the library that wrote them; and khal."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

LONGEST_LINE = 75  # octets, without the line's end
#: What each component has exactly once, and at most once.
ONCE = {
    "VCALENDAR": ("PRODID", "VERSION"),
    "VEVENT": ("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE", "LAST-MODIFIED"),
    "VTIMEZONE": ("TZID",),
    "STANDARD": ("DTSTART", "TZOFFSETFROM", "TZOFFSETTO"),
    "DAYLIGHT": ("DTSTART", "TZOFFSETFROM", "TZOFFSETTO"),
}
AT_MOST_ONCE = {"VEVENT": ("STATUS", "LOCATION", "URL", "TRANSP", "ORGANIZER", "CLASS")}
LINE = re.compile(r'([A-Z0-9-]+)((?:;[A-Z0-9-]+=(?:"[^"]*"|[^";:,]*))*):(.*)', re.S)
KHAL = """
[calendars]
[[mine]]
path = {folder}/mine
[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
local_timezone = {zone}
default_timezone = {zone}
[sqlite]
path = {folder}/khal.db
"""


@dataclass
class Property:
    value: str
    parameters: dict[str, str]

    @property
    def text(self) -> str:
        """Unescaped; a comma, a semicolon and a backslash may only stand there escaped."""
        assert not re.search(r"(?<!\\)(?:\\\\)*[,;]", self.value), self.value
        unescaped = {"n": "\n", "N": "\n"}
        return re.sub(r"\\(.)", lambda m: unescaped.get(m[1], m[1]), self.value)


@dataclass
class Component:
    name: str
    properties: dict[str, list[Property]] = field(default_factory=dict)
    parts: list[Component] = field(default_factory=list)

    def __getitem__(self, name: str) -> Property:
        (only,) = self.properties[name]
        return only

    def __contains__(self, name: str) -> bool:
        return name in self.properties

    def all(self, name: str) -> list[Component]:
        return [part for part in self.parts if part.name == name]


@dataclass
class Read:
    """A calendar that was found to be in order."""

    whole: Component

    @property
    def events(self) -> dict[str, Component]:
        return {event["UID"].value: event for event in self.whole.all("VEVENT")}

    @property
    def zones(self) -> dict[str, Component]:
        return {zone["TZID"].value: zone for zone in self.whole.all("VTIMEZONE")}

    def moment(self, told: Property) -> datetime | date:
        """In UTC, by the clock that the file itself describes; a day where it is one."""
        if told.parameters.get("VALUE") == "DATE":
            return datetime.strptime(told.value, "%Y%m%d").replace(tzinfo=UTC).date()
        if told.value.endswith("Z"):
            return datetime.strptime(told.value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        zone = self.zones[told.parameters["TZID"]]
        return _on_the_clock(zone, _plain(told.value))


def strictly(content: bytes) -> Read:
    """Raises AssertionError at the first thing that is not as RFC 5545 has it."""
    text = content.decode("utf-8")
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", ""), "every line ends with CR LF"
    assert "\r" not in text.replace("\r\n", "")
    for line in content.split(b"\r\n"):
        assert len(line) <= LONGEST_LINE, line
        line.decode("utf-8")  # no character is cut in two
    whole = _tree(re.sub(r"\r\n[ \t]", "", text).split("\r\n")[:-1])
    assert whole.name == "VCALENDAR"
    assert whole["VERSION"].value == "2.0"
    read = Read(whole)
    _is_in_order(whole)
    assert whole.parts, "a calendar holds something"
    assert len(read.events) == len(whole.all("VEVENT")), "no UID twice"
    for event in read.events.values():
        _event_is_in_order(read, event)
    return read


def _tree(lines: list[str]) -> Component:
    open_ones: list[Component] = []
    for line in lines:
        found = LINE.fullmatch(line)
        assert found, f"no property: {line!r}"
        name, told, value = found[1], found[2], found[3]
        if name == "BEGIN":
            open_ones.append(Component(value))
        elif name == "END":
            closed = open_ones.pop()
            assert closed.name == value
            if not open_ones:
                assert line == lines[-1]
                return closed
            open_ones[-1].parts.append(closed)
        else:
            pairs = re.findall(r';([A-Z0-9-]+)=("[^"]*"|[^;]*)', told)
            known = {key: each.strip('"') for key, each in pairs}
            open_ones[-1].properties.setdefault(name, []).append(Property(value, known))
    raise AssertionError("it does not end")


def _is_in_order(part: Component) -> None:
    for name in ONCE.get(part.name, ()):
        assert len(part.properties.get(name, [])) == 1, f"{part.name}: {name} once"
    for name in AT_MOST_ONCE.get(part.name, ()):
        assert len(part.properties.get(name, [])) <= 1, f"{part.name}: {name} once at most"
    if part.name == "VTIMEZONE":
        assert part.parts, "a clock has at least one offset"
    for each in part.parts:
        _is_in_order(each)


def _event_is_in_order(read: Read, event: Component) -> None:
    assert re.fullmatch(r"[\w.-]+@[\w.-]+", event["UID"].value)
    for name in ("DTSTAMP", "LAST-MODIFIED"):
        assert re.fullmatch(r"\d{8}T\d{6}Z", event[name].value), "in UTC"
    assert int(event["SEQUENCE"].value) >= 0
    assert event["STATUS"].value in {"CONFIRMED", "TENTATIVE", "CANCELLED"}
    starts, ends = read.moment(event["DTSTART"]), read.moment(event["DTEND"])
    assert type(starts) is type(ends)
    assert starts < ends
    assert event["SUMMARY"].text


def _plain(value: str) -> datetime:
    return datetime.strptime(value, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)


def _offset(told: Property) -> timedelta:
    found = re.fullmatch(r"([+-])(\d\d)(\d\d)(\d\d)?", told.value)
    assert found, told.value
    size = timedelta(hours=int(found[2]), minutes=int(found[3]), seconds=int(found[4] or 0))
    return -size if found[1] == "-" else size


def _on_the_clock(zone: Component, local: datetime) -> datetime:
    """Each onset is read on the clock before it, each time after it on the clock that begins."""
    onsets = sorted(
        (_plain(part["DTSTART"].value) - _offset(part["TZOFFSETFROM"]), _offset(part["TZOFFSETTO"]))
        for part in zone.parts
    )
    ends = [onset for onset, _ in onsets[1:]] + [datetime.max.replace(tzinfo=UTC)]
    for (onset, offset), end in zip(onsets, ends, strict=True):
        if onset <= local - offset < end:
            return local - offset
    raise AssertionError(f"the clock {zone['TZID'].value} does not show {local}")


@dataclass
class Khal:
    """A calendar program for the terminal, as somebody installed it."""

    folder: Path
    zone: str

    def __post_init__(self) -> None:
        (self.folder / "mine").mkdir()
        config = KHAL.format(folder=self.folder, zone=self.zone)
        (self.folder / "config").write_text(config)

    def take(self, content: bytes) -> None:
        (self.folder / "given.ics").write_bytes(content)
        self._run("import", "--batch", "-a", "mine", str(self.folder / "given.ics"))

    def shows(self, since: date, days: int) -> list[list[str]]:
        """Start, end, title, status and UID of each entry, on the clock of its `zone`."""
        told = "{start-long}|{end-long}|{title}|{status}|{uid}"
        listed = self._run(
            "list", "-o", "--day-format", "", "--format", told, since.isoformat(), f"{days}d"
        )
        return [[each.strip() for each in line.split("|")] for line in listed.splitlines() if line]

    def _run(self, *what: str) -> str:
        program = Path(sys.executable).with_name("khal")
        asked = [str(program), "-c", str(self.folder / "config"), *what]
        done = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert not re.search("error|invalid|traceback", done.stderr, re.I), done.stderr
        return done.stdout
