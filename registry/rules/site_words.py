"""Regions and muscles as courses and syllabuses call them, in four languages."""

from __future__ import annotations

import re
from functools import cache

from registry.rules.folding import plain
from registry.rules.regions import MUSCLES

#: Some words name several regions. "Spine" or "trunk" alone are too wide to say which.
REGION_TERMS = {
    "head_face": """
        head and face, craniofacial muscles, craniofacial, head, face, jaw, temporomandibular,
        tmj; cabeza y cara, cabeza, cara, craneofacial; tête et visage, tête, visage, région
        craniofaciale; kopf und gesicht, kopf, gesicht, kiefer""",
    "neck": """
        cervical spine, cervical region, cervical, neck; región cervical, columna cervical,
        cervical, cuello; rachis cervical, région cervicale, cou, cervicales, nuque;
        halswirbelsäule, hals, nacken, hws, zervikal""",
    "shoulder_girdle": """
        shoulder girdle, shoulders, shoulder, scapular region, periscapular; cintura escapular,
        hombros, hombro; ceinture scapulaire, épaules, épaule; schultergürtel, schultern,
        schulter""",
    "thorax": """
        thoracic spine, thoracic region, thoracic, thorax, chest, rib cage; región torácica,
        columna torácica, columna dorsal, tórax; rachis thoracique, région thoracique, rachis
        dorsal, cage thoracique; brustwirbelsäule, brustkorb, bws, thorakal""",
    "arm": """
        upper arms, upper arm, arms, arm; brazos, brazo; bras; oberarme, oberarm""",
    "forearm_hand": """
        forearm and hand, wrist and hand, forearm, wrist, hands, hand; antebrazo y mano,
        antebrazo, muñeca, mano, muñeca y mano; avant-bras et main, avant-bras, poignet, main,
        poignet et main; unterarm und hand, unterarm, handgelenk, hand""",
    "lumbar_abdomen": """
        lumbar spine, lumbar region, lumbar, low back, lower back, abdomen, abdominal wall;
        región lumbar, zona lumbar, columna lumbar, lumbar, abdomen; rachis lombaire, région
        lombaire, lombaire, lombaires, abdomen; lendenwirbelsäule, lumbalbereich, lws, lumbal,
        bauch""",
    "pelvis_gluteal": """
        gluteal region, gluteals, gluteal, pelvis and buttock, pelvis, buttocks, buttock, pelvic
        girdle, hip; región glútea, glúteos, pelvis, cadera; région fessière, fessiers, bassin,
        hanche; gesäß, becken, glutealregion, hüfte""",
    "pelvic_floor": """
        pelvic floor; suelo pélvico; plancher pelvien, périnée; beckenboden""",
    "thigh": """
        thighs, thigh, upper leg; muslos, muslo; cuisses, cuisse; oberschenkel""",
    "leg_foot": """
        lower leg and foot, calf and foot, lower leg, calf, ankle and foot, ankle, foot, feet;
        pierna y pie, pantorrilla, pierna, tobillo, pie; jambe et pied, mollet, jambe, cheville,
        pied; unterschenkel und fuß, unterschenkel, wade, sprunggelenk, fuß""",
}
SEVERAL_TERMS = {
    "lumbopelvic region": ("lumbar_abdomen", "pelvis_gluteal"),
    "lumbopelvic": ("lumbar_abdomen", "pelvis_gluteal"),
    "lower limb": ("thigh", "leg_foot"),
    "lower extremity": ("thigh", "leg_foot"),
    "lower extremities": ("thigh", "leg_foot"),
    "miembro inferior": ("thigh", "leg_foot"),
    "membre inferieur": ("thigh", "leg_foot"),
    "untere extremitat": ("thigh", "leg_foot"),
    "upper limb": ("arm", "forearm_hand"),
    "upper extremity": ("arm", "forearm_hand"),
    "upper extremities": ("arm", "forearm_hand"),
    "miembro superior": ("arm", "forearm_hand"),
    "membre superieur": ("arm", "forearm_hand"),
    "obere extremitat": ("arm", "forearm_hand"),
}
#: As a rule a muscle is called by its own name; these are called otherwise too.
MUSCLE_TERMS = {
    "gastroc": "gastrocnemius",
    "ql": "quadratus_lumborum",
    "scm": "sternocleidomastoid",
    "tfl": "tensor_fasciae_latae",
    "tensor fascia latae": "tensor_fasciae_latae",
    "tensor fasciae lata": "tensor_fasciae_latae",
    "levator scapula": "levator_scapulae",
    "rhomboid": "rhomboids",
    "rhomboid major and minor": "rhomboids",
    "scalene": "scalenes",
    "suboccipital": "suboccipitals",
    "biceps": "biceps_brachii",
    "triceps": "triceps_brachii",
    "peroneus longus": "fibularis_longus",
    "first dorsal interossei": "first_dorsal_interosseous",
    "pec major": "pectoralis_major",
    "pec minor": "pectoralis_minor",
    "lats": "latissimus_dorsi",
}
JOINING = re.compile(
    r"[\s,;/|•·*.()&+-]|\b(?:and|the|of|y|e|de|la|el|los|las|et|du|des|le|les|und|der|die|das|region|"
    r"regions|muscles?|including)\b"
)
#: From here on a list says what is not taught.
EXCEPT = re.compile(
    r"\b(?:excl\w*|except\w*|without|not|no|does not|but|ohne|ausser|nicht|kein\w*|sauf|hors|"
    r"excepte|"
    r"sans|excepto|salvo|sin)\b"
)


@cache
def _terms() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {
        plain(" ".join(term.split())): (code,)
        for code, terms in REGION_TERMS.items()
        for term in terms.replace(";", ",").split(",")
    }
    found |= {muscle.name.casefold(): (code,) for code, muscle in MUSCLES.items()}
    return found | {term: (code,) for term, code in MUSCLE_TERMS.items()} | SEVERAL_TERMS


@cache
def _any_term() -> re.Pattern[str]:
    longest_first = sorted(_terms(), key=len, reverse=True)
    spaced = (re.escape(term).replace(r"\ ", r"\s*") for term in longest_first)
    return re.compile(rf"(?<![a-z])(?:{'|'.join(spaced)})(?![a-z])")


@cache
def _by_letters() -> dict[str, tuple[str, ...]]:
    return {re.sub(r"\s", "", term): codes for term, codes in _terms().items()}


def sites_in(text: str) -> tuple[list[str], bool]:
    """The regions and muscles it names, in order; and whether it says nothing besides."""
    words = plain(text)
    stop = EXCEPT.search(words)
    taught = words[: stop.start()] if stop else words
    codes: list[str] = []
    for match in _any_term().finditer(taught):
        codes += _by_letters()[re.sub(r"\s", "", match[0])]
    left = JOINING.sub("", _any_term().sub(" ", taught))
    return list(dict.fromkeys(codes)), stop is None and not left
