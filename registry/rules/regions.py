"""Body regions, muscles and risk flags; and what a course's list of regions and muscles covers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

REVIEW_PENDING = (
    "Grouping and risk flags are the registry's own, in standard anatomical terms (Terminologia "
    "Anatomica); no law defines them. A clinician confirms them before clinical use."
)

# The muscle lies over, or its usual needle path points at, the lung or its apex.
PLEURAL = "pleural"


@dataclass(frozen=True, slots=True)
class BodyRegion:
    code: str
    name: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Muscle:
    code: str
    name: str
    regions: frozenset[str]
    flags: frozenset[str]

    @property
    def pleural(self) -> bool:
        return PLEURAL in self.flags


REGIONS: dict[str, BodyRegion] = {
    region.code: region
    for region in (
        BodyRegion("head_face", "Head and face"),
        BodyRegion("neck", "Neck"),
        BodyRegion("shoulder_girdle", "Shoulder girdle"),
        BodyRegion("thorax", "Thorax", "below C7 and above the abdomen; training must name it"),
        BodyRegion("arm", "Upper arm"),
        BodyRegion("forearm_hand", "Forearm and hand"),
        BodyRegion("lumbar_abdomen", "Low back and abdomen"),
        BodyRegion("pelvis_gluteal", "Pelvis and buttock"),
        BodyRegion("pelvic_floor", "Pelvic floor", "training must name it"),
        BodyRegion("thigh", "Thigh"),
        BodyRegion("leg_foot", "Lower leg and foot"),
    )
}

# code: (regions it belongs to, risk flags)
_MUSCLES = {
    "temporalis": ("head_face", ""),
    "masseter": ("head_face", ""),
    "lateral_pterygoid": ("head_face", "neurovascular"),
    "occipitofrontalis": ("head_face", ""),
    "sternocleidomastoid": ("neck", "neurovascular"),
    "suboccipitals": ("neck", "neurovascular"),
    "splenius_capitis": ("neck", ""),
    "semispinalis_capitis": ("neck", ""),
    "cervical_multifidus": ("neck", ""),
    "scalenes": ("neck", "pleural neurovascular"),
    "levator_scapulae": ("neck shoulder_girdle", "pleural"),
    "upper_trapezius": ("neck shoulder_girdle", "pleural"),
    "middle_trapezius": ("shoulder_girdle thorax", "pleural"),
    "lower_trapezius": ("thorax", "pleural"),
    "rhomboids": ("shoulder_girdle thorax", "pleural"),
    "supraspinatus": ("shoulder_girdle", "pleural"),
    "infraspinatus": ("shoulder_girdle", ""),
    "teres_major": ("shoulder_girdle", ""),
    "teres_minor": ("shoulder_girdle", ""),
    "subscapularis": ("shoulder_girdle", "pleural"),
    "latissimus_dorsi": ("shoulder_girdle thorax", "pleural"),
    "deltoid": ("shoulder_girdle arm", ""),
    "pectoralis_major": ("thorax", "pleural"),
    "pectoralis_minor": ("thorax", "pleural neurovascular"),
    "serratus_anterior": ("thorax", "pleural"),
    "serratus_posterior_superior": ("thorax", "pleural"),
    "intercostals": ("thorax", "pleural"),
    "thoracic_multifidus": ("thorax", "pleural"),
    "thoracic_iliocostalis": ("thorax", "pleural"),
    "thoracic_longissimus": ("thorax", "pleural"),
    "biceps_brachii": ("arm", ""),
    "brachialis": ("arm", "neurovascular"),
    "triceps_brachii": ("arm", ""),
    "coracobrachialis": ("arm", "neurovascular"),
    "brachioradialis": ("forearm_hand", ""),
    "extensor_carpi_radialis": ("forearm_hand", ""),
    "extensor_digitorum": ("forearm_hand", ""),
    "supinator": ("forearm_hand", "neurovascular"),
    "pronator_teres": ("forearm_hand", "neurovascular"),
    "flexor_carpi_ulnaris": ("forearm_hand", "neurovascular"),
    "flexor_digitorum": ("forearm_hand", ""),
    "adductor_pollicis": ("forearm_hand", ""),
    "first_dorsal_interosseous": ("forearm_hand", ""),
    "lumbar_multifidus": ("lumbar_abdomen", ""),
    "lumbar_iliocostalis": ("lumbar_abdomen", "organ"),
    "quadratus_lumborum": ("lumbar_abdomen", "organ pleural"),
    "rectus_abdominis": ("lumbar_abdomen", "organ"),
    "external_oblique": ("lumbar_abdomen", "organ"),
    "iliopsoas": ("lumbar_abdomen pelvis_gluteal", "neurovascular organ"),
    "gluteus_maximus": ("pelvis_gluteal", "neurovascular"),
    "gluteus_medius": ("pelvis_gluteal", ""),
    "gluteus_minimus": ("pelvis_gluteal", ""),
    "piriformis": ("pelvis_gluteal", "neurovascular"),
    "quadratus_femoris": ("pelvis_gluteal", "neurovascular"),
    "obturator_internus": ("pelvis_gluteal pelvic_floor", "neurovascular"),
    "levator_ani": ("pelvic_floor", "organ"),
    "bulbospongiosus": ("pelvic_floor", ""),
    "tensor_fasciae_latae": ("thigh", ""),
    "sartorius": ("thigh", "neurovascular"),
    "rectus_femoris": ("thigh", "neurovascular"),
    "vastus_lateralis": ("thigh", ""),
    "vastus_medialis": ("thigh", "neurovascular"),
    "vastus_intermedius": ("thigh", ""),
    "adductor_longus": ("thigh", "neurovascular"),
    "adductor_magnus": ("thigh", "neurovascular"),
    "pectineus": ("thigh", "neurovascular"),
    "gracilis": ("thigh", ""),
    "biceps_femoris": ("thigh", "neurovascular"),
    "semitendinosus": ("thigh", "neurovascular"),
    "semimembranosus": ("thigh", "neurovascular"),
    "gastrocnemius": ("leg_foot", "neurovascular"),
    "soleus": ("leg_foot", "neurovascular"),
    "tibialis_anterior": ("leg_foot", "neurovascular"),
    "tibialis_posterior": ("leg_foot", "neurovascular"),
    "fibularis_longus": ("leg_foot", "neurovascular"),
    "extensor_digitorum_longus": ("leg_foot", ""),
    "flexor_hallucis_brevis": ("leg_foot", ""),
    "quadratus_plantae": ("leg_foot", "neurovascular"),
}

MUSCLES: dict[str, Muscle] = {
    code: Muscle(
        code,
        code.replace("_", " ").capitalize(),
        frozenset(regions.split()),
        frozenset(flags.split()),
    )
    for code, (regions, flags) in _MUSCLES.items()
}

# What an appointment may name: a region in general, or one muscle.
SITES = frozenset(REGIONS) | frozenset(MUSCLES)


def site_name(code: str) -> str:
    """The name people read; a code nobody knows is shown as it is."""
    known = REGIONS.get(code) or MUSCLES.get(code)
    return known.name if known else code


@lru_cache(maxsize=4096)
def regions_of(site: str) -> frozenset[str]:
    """The region itself; of a muscle, every region it belongs to."""
    return MUSCLES[site].regions if site in MUSCLES else frozenset({site})


@lru_cache(maxsize=1024)
def sites_meant(sites: tuple[str, ...]) -> frozenset[str]:
    """The sites named, and the muscles of the regions among them."""
    named = frozenset(sites)
    return named.union(site for site in SITES if not regions_of(site).isdisjoint(named))


@lru_cache(maxsize=4096)
def covered(taught: frozenset[str]) -> frozenset[str]:
    """
    Every site that one course covers, from the regions and muscles it names.

    A region in general does not cover its pleural-risk muscles: the course must name the muscle,
    or the thorax beside the region.
    """
    muscles = (
        muscle.code
        for muscle in MUSCLES.values()
        if muscle.regions & taught and (not muscle.pleural or "thorax" in taught)
    )
    return (taught & SITES).union(muscles)


def summed_up(sites: frozenset[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """
    Regions, and the muscles that go without saying in none of them.

    A muscle over the lung never goes without saying.
    """
    regions = tuple(region for region in REGIONS if region in sites)
    muscles = tuple(
        muscle.code
        for muscle in MUSCLES.values()
        if muscle.code in sites and (muscle.pleural or not muscle.regions & sites)
    )
    return regions, muscles
