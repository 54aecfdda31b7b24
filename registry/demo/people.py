"""Who is in the demo, all invented: somebody for every role and every way to be refused."""

from __future__ import annotations

from typing import NamedTuple

from registry.rules.vocabulary import Profession, Role

PASSWORD = "needles only with proof"  # noqa: S105 - the demo's, shown to whoever fills one


class Person(NamedTuple):
    """`at` are the clinics they work at; who has a profession is a practitioner there."""

    key: str
    name: str
    shows: str
    at: tuple[str, ...] = ("harbour",)
    profession: Profession | None = None
    roles: tuple[tuple[Role, str | None], ...] = ()
    npi: str = ""

    @property
    def email(self) -> str:
        return f"{self.key}@{self.at[0]}.example"


def _practitioner(
    key: str, name: str, shows: str, *at: str, profession: Profession = Profession.PT
) -> Person:
    return Person(key, name, shows, at or ("harbour",), profession)


ADMINISTRATOR = Person("ada", "Ada Lindholm", "administrator")

STAFF = (
    Person("oren", "Oren Vasquez", "auditor", roles=((Role.AUDITOR, None),)),
    Person(
        "colin",
        "Colin Fraser",
        "manager of Hill Clinic",
        ("hill",),
        roles=((Role.MANAGER, "hill"),),
    ),
    Person(
        "tess",
        "Tess Nakamura",
        "front desk of Harbour Clinic and Bay Clinic",
        roles=((Role.FRONT_DESK, "harbour"), (Role.FRONT_DESK, "bay")),
    ),
    Person(
        "bram",
        "Bram Kowalczyk",
        "front desk of Hill Clinic",
        ("hill",),
        roles=((Role.FRONT_DESK, "hill"),),
    ),
)

PRACTITIONERS = (
    Person(
        "ruth",
        "Ruth Adeyemi",
        "manager of Harbour Clinic and Bay Clinic, and needles: may not verify her own",
        ("harbour", "hill"),
        Profession.PT,
        ((Role.MANAGER, "harbour"), (Role.MANAGER, "bay")),
    ),
    Person(
        "dana",
        "Dana Okafor",
        "needles everything but the thorax",
        ("harbour",),
        Profession.PT,
        npi="1234567893",
    ),
    _practitioner("marcus", "Marcus Lindqvist", "licence lapses in 12 days"),
    _practitioner("priya", "Priya Raman", "licence lapsed 20 days ago"),
    _practitioner("tomas", "Tomás Herrera", "certificate waits to be verified"),
    _practitioner("grace", "Grace Lindgren", "certificate rejected; works three mornings"),
    _practitioner("victor", "Victor Osei", "certificate revoked: appointments on hold"),
    _practitioner("elena", "Elena Sokolova", "licence suspended: appointments on hold"),
    _practitioner("hannah", "Hannah Brandt", "hours of training short; soon on leave"),
    _practitioner("naomi", "Naomi Feld", "taught head and neck only"),
    _practitioner("mei", "Mei Tanaka", "acupuncture certificate only; works afternoons"),
    _practitioner("jordan", "Jordan Pike", "an assistant", profession=Profession.PTA),
    _practitioner("caleb", "Caleb Moreno", "licence of the next state only"),
    _practitioner(
        "maximiliana",
        "Maximiliana Featherstonehaugh-Cholmondeley de la Fuente y Montenegro-Wolfeschlegelstein",
        "needles everything, under a very long name",
    ),
    _practitioner("leo", "Leo Marchetti", "certified, in a state that bars it", "bay"),
    _practitioner("aisha", "Aisha Rahman", "fully certified", "hill", profession=Profession.PHYSIO),
    _practitioner(
        "liam", "Liam Gauthier", "board authorisation waits", "hill", profession=Profession.PHYSIO
    ),
    _practitioner(
        "noah",
        "Noah Tremblay",
        "intern on the provisional register",
        "hill",
        profession=Profession.PHYSIO,
    ),
)

#: Besides English. Some patients are best spoken to in one of these.
SPEAK = {
    "dana": ("es",),
    "maximiliana": ("de", "es", "fr"),
    "ruth": ("fr",),
    "naomi": ("vi",),
    "aisha": ("ur", "fr"),
}

EVERYBODY = (ADMINISTRATOR, *STAFF, *PRACTITIONERS)

_GIVEN = (  # noqa: SIM905 - names read better in lines
    "Alma Boris Cleo Dmitri Esther Farid Gloria Hugo Imani Jonas Katya Lorenzo Mabel Nils "
    "Odette Pavel Quinn Rosa Stefan Tamsin Umar Vera Walter Yasmin"
).split()
_FAMILY = (  # noqa: SIM905
    "Abernathy Bjornstad Castellano Dvorak Eastwick Fairweather Grimaldi Hawthorne Ivanenko "
    "Jellicoe Kettering Lovelock Merriweather Novotny Ollerton Pemberly"
).split()


def patient_names(count: int, start: int) -> list[str]:
    """No two the same, as long as fewer than 48 are asked for in all."""
    return [
        f"{_GIVEN[number % len(_GIVEN)]} {_FAMILY[number % len(_FAMILY)]}"
        for number in range(start, start + count)
    ]
