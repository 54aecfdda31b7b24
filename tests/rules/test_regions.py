from __future__ import annotations

import pytest

from registry.rules.regions import MUSCLES, REGIONS, SITES, covered, site_name


def taught(*sites):
    return covered(frozenset(sites))


def test_every_muscle_belongs_to_regions_we_know():
    assert all(muscle.regions and muscle.regions <= set(REGIONS) for muscle in MUSCLES.values())


def test_a_region_in_general_covers_itself_and_its_muscles_away_from_the_lung():
    assert {"neck", "splenius_capitis", "suboccipitals"} <= taught("neck")


@pytest.mark.parametrize("muscle", ["scalenes", "levator_scapulae", "upper_trapezius"])
def test_a_region_in_general_does_not_cover_its_pleural_risk_muscles(muscle):
    assert muscle not in taught("neck")
    assert muscle in taught("neck", muscle)
    assert muscle in taught("neck", "thorax")


def test_the_thorax_covers_its_own_muscles_and_no_other_region():
    covers = taught("thorax")
    assert {"thorax", "intercostals", "rhomboids"} <= covers
    assert "scalenes" not in covers
    assert "neck" not in covers


def test_one_muscle_covers_no_region():
    assert taught("scalenes") == {"scalenes"}


def test_a_course_that_names_nothing_covers_nothing():
    assert taught() == frozenset()


def test_an_unknown_site_covers_nothing():
    assert taught("left_elbow_of_a_martian") == frozenset()


def test_nothing_is_covered_that_is_not_a_site():
    assert taught(*SITES) == SITES


def test_sites_have_names_people_read():
    assert site_name("levator_scapulae") == "Levator scapulae"
    assert site_name("head_face") == "Head and face"
