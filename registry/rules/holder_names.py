"""Whether the name on a paper is somebody's own: order, marks, initials and middle names aside."""

from __future__ import annotations

import re
from itertools import product

from registry.rules.folding import SPELT_OUT, plain

_TITLES = "dr mr mrs ms miss mx herr frau fr hr sr sra dna don dona mme mlle prof"
TITLES = frozenset(_TITLES.split())
#: Letters behind a name: PT, DPT, L.Ac., OTR/L, MSc, Cert. MDT. "Ruth" in "Okafor, Ruth" is none.
POST_NOMINAL = re.compile(
    r"[A-Z]{2,}[A-Za-z]{0,3}(?:/[A-Z]+)?|(?:[A-Z][a-z]{0,3}\.){2,}|[A-Z][a-z]{0,3}\.|[A-Z][a-z]?[A-Z][A-Za-z]*"
    r"|C?IDN|DN"
)
#: Those that are cut off without a comma before them: a surname in capitals is none of them.
_WELL_KNOWN = """
PT DPT MPT MSPT PTA OT OTR OTR/L OTD OTA MOT AT ATC LAT DC MD DO PhD EdD DSc MSc BSc MCSP HCPC RN NP
PA OCS SCS CSCS CHT CMTPT CMTPT/DN COMT LMT FAAOMPT CIDN L.Ac LAc
"""
WELL_KNOWN = frozenset(_WELL_KNOWN.split())
SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})
NAME_WORD = re.compile(r"[^\W\d_]+(?:['\u2019.-][^\W\d_]*)*\.?,?")


def without_letters(name: str) -> str:
    """Without titles before the name and letters behind it."""
    head, *rest = re.split(r",\s*", name.strip(" ,;:"))
    behind = [part for part in rest if not all(map(_behind, part.split()))]
    words = ", ".join([head, *behind]).split()
    while len(words) > 2 and plain(words[0]).strip(". /") in TITLES:
        words = words[1:]
    while len(words) > 2 and words[-1].strip(".") in WELL_KNOWN:
        words = words[:-1]
    return " ".join(words)


def _behind(word: str) -> bool:
    return bool(POST_NOMINAL.fullmatch(word))


def names_alike(printed: str, known: str) -> bool:
    """
    Each name of the shorter one is a name, or the initial of one, of the longer one.

    Two of them at least, one of them in full; a surname of somebody else is another name.
    """
    return any(
        _alike(first, second) for first, second in product(_spellings(printed), _spellings(known))
    )


def _spellings(name: str) -> list[list[str]]:
    """Its names in plain letters: ü as u, and as ue."""
    spelt_out = "".join(SPELT_OUT.get(letter, letter) for letter in name.casefold())
    return [_names(plain(name.replace("ß", "ss").replace("æ", "ae"))), _names(plain(spelt_out))]


def _names(name: str) -> list[str]:
    words = re.findall(r"[a-z]+", name.replace("'", ""))
    return [word for word in words if word not in TITLES | SUFFIXES]


def _alike(one: list[str], other: list[str]) -> bool:
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < 2 or not any(len(word) > 1 and word in longer for word in shorter):
        return shorter == longer and bool(shorter)
    left = list(longer)
    for word in sorted(shorter, key=len, reverse=True):
        same = next((name for name in left if _same(word, name)), None)
        if same is None:
            return False
        left.remove(same)
    return True


def _same(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) == 1 and one[0] == other[0])


def looks_like_a_name(text: str) -> bool:
    """Two to seven words of letters, most of them with a capital; no figures."""
    words = text.split()
    if not 2 <= len(words) <= 7 or not all(NAME_WORD.fullmatch(word) for word in words):
        return False
    return sum(word[0].isupper() for word in words) * 2 >= len(words) and words[0][0].isupper()
