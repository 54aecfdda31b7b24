"""Languages: in which a patient is best spoken to, and who speaks them; ISO 639-1 codes."""

from __future__ import annotations

from collections.abc import Collection, Iterable

#: Those most spoken at home where our jurisdictions are. One more is one more line.
LANGUAGES = {
    "am": "Amharic",
    "ar": "Arabic",
    "bn": "Bengali",
    "cy": "Welsh",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fa": "Persian",
    "fr": "French",
    "gu": "Gujarati",
    "hi": "Hindi",
    "ht": "Haitian Creole",
    "it": "Italian",
    "iu": "Inuktitut",
    "ja": "Japanese",
    "km": "Khmer",
    "ko": "Korean",
    "ne": "Nepali",
    "nv": "Navajo",
    "pa": "Punjabi",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "so": "Somali",
    "sw": "Swahili",
    "ta": "Tamil",
    "te": "Telugu",
    "th": "Thai",
    "tl": "Tagalog",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "vi": "Vietnamese",
    "zh": "Chinese",
}

#: In which the clinics work, and their letters are written: of that nobody need be asked.
HOUSE = "en"


def language_name(code: str) -> str:
    """Spanish; the code itself where the list has no such language any more."""
    return LANGUAGES.get(code, code)


def languages_by_name() -> list[tuple[str, str]]:
    """Code and name."""
    return sorted(LANGUAGES.items(), key=lambda pair: pair[1])


def languages_in_words(codes: Iterable[str]) -> str:
    """Amharic, Spanish"""
    return ", ".join(sorted(map(language_name, codes)))


def speaks_theirs(patient: str, languages: Collection[str]) -> bool:
    """Whether somebody with these speaks a patient's language, where it is not everybody's."""
    return patient not in ("", HOUSE) and patient in languages
