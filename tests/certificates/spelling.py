"""How days, hours and regions are written on certificates of four languages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

MONTHS = {
    "en": "January February March April May June July August September October November December",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
    "diciembre",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
}
#: The names of regions as such papers print them: the first for most, the second for some.
REGIONS = {
    "en": {
        "head_face": ("head and face", "craniofacial muscles"),
        "neck": ("cervical spine", "neck"),
        "shoulder_girdle": ("shoulder girdle", "shoulder"),
        "thorax": ("thoracic spine", "thorax"),
        "arm": ("upper arm", "arm"),
        "forearm_hand": ("forearm and hand", "wrist and hand"),
        "lumbar_abdomen": ("lumbar spine", "low back"),
        "pelvis_gluteal": ("gluteal region", "pelvis and buttock"),
        "thigh": ("thigh", "thigh"),
        "leg_foot": ("lower leg and foot", "calf and foot"),
    },
    "es": {
        "head_face": ("cabeza y cara", "cabeza"),
        "neck": ("región cervical", "cuello"),
        "shoulder_girdle": ("cintura escapular", "hombro"),
        "thorax": ("región torácica", "tórax"),
        "arm": ("brazo", "brazo"),
        "forearm_hand": ("antebrazo y mano", "mano"),
        "lumbar_abdomen": ("región lumbar", "zona lumbar"),
        "pelvis_gluteal": ("región glútea", "pelvis"),
        "thigh": ("muslo", "muslo"),
        "leg_foot": ("pierna y pie", "pie"),
    },
    "fr": {
        "head_face": ("tête et visage", "tête"),
        "neck": ("rachis cervical", "cou"),
        "shoulder_girdle": ("ceinture scapulaire", "épaule"),
        "thorax": ("rachis thoracique", "thorax"),
        "arm": ("bras", "bras"),
        "forearm_hand": ("avant-bras et main", "main"),
        "lumbar_abdomen": ("rachis lombaire", "région lombaire"),
        "pelvis_gluteal": ("région fessière", "bassin"),
        "thigh": ("cuisse", "cuisse"),
        "leg_foot": ("jambe et pied", "pied"),
    },
    "de": {
        "head_face": ("Kopf und Gesicht", "Kopf"),
        "neck": ("Halswirbelsäule", "Nacken"),
        "shoulder_girdle": ("Schultergürtel", "Schulter"),
        "thorax": ("Brustwirbelsäule", "Thorax"),
        "arm": ("Oberarm", "Oberarm"),
        "forearm_hand": ("Unterarm und Hand", "Hand"),
        "lumbar_abdomen": ("Lendenwirbelsäule", "Lumbalbereich"),
        "pelvis_gluteal": ("Gesäß", "Becken"),
        "thigh": ("Oberschenkel", "Oberschenkel"),
        "leg_foot": ("Unterschenkel und Fuß", "Fuß"),
    },
}
JOINED = {"en": "and", "es": "y", "fr": "et", "de": "und"}


def day(value: date | None, language: str, written: str) -> str:
    """`written`: words, american, slashes, american_slashes, iso, short, dots."""
    assert value is not None
    month = MONTHS[language].split()[value.month - 1]
    if written == "words":
        return _in_words(value, month, language)
    return {
        "american": f"{month} {value.day}, {value.year}",
        "slashes": f"{value:%d/%m/%Y}",
        "american_slashes": f"{value:%m/%d/%Y}",
        "iso": value.isoformat(),
        "short": f"{value.day:02}-{month[:3]}-{value.year}",
        "dots": f"{value:%d.%m.%Y}",
    }[written]


def _in_words(value: date, month: str, language: str) -> str:
    if language == "es":
        return f"{value.day} de {month} de {value.year}"
    if language == "fr" and value.day == 1:
        return f"1er {month} {value.year}"
    return f"{value.day}{'.' if language == 'de' else ''} {month} {value.year}"


def days(first: date | None, last: date | None, language: str, written: str) -> str:
    """From one to the other, as such a paper says it; in one month the month is said once."""
    if first is None or last is None:
        return day(last, language, written)
    month = MONTHS[language].split()[last.month - 1]
    once = first.month == last.month
    if written == "american" and once:
        return f"{month} {first.day}-{last.day}, {last.year}"
    if written == "words" and once:
        return {
            "en": f"{first.day}–{last.day} {month} {last.year}",
            "es": f"del {first.day} al {last.day} de {month} de {last.year}",
            "fr": f"du {first.day} au {last.day} {month} {last.year}",
            "de": f"{first.day}. bis {last.day}. {month} {last.year}",
        }[language]
    return f"{day(first, language, written)} – {day(last, language, written)}"


def number(hours: Decimal | None, language: str) -> str:
    assert hours is not None
    text = f"{hours.normalize():f}" if hours % 1 else str(int(hours))
    return text if language == "en" else text.replace(".", ",")


def regions(taught: tuple[str, ...], language: str, which: int) -> str:
    return ", ".join(REGIONS[language][code][which] for code in taught)


def listed(words: list[str], language: str) -> str:
    *most, last = words
    return f"{', '.join(most)} {JOINED[language]} {last}" if most else last
