from __future__ import annotations

import pytest

from registry.adapters.sealing import Sealer, Unsealable

SECRET = "a secret that only the tests know, and long enough"


def test_what_was_sealed_opens_again_and_never_looks_the_same():
    sealer = Sealer(SECRET)
    one, other = (sealer.seal("kale", "account 7") for _ in range(2))
    assert one != other
    assert "kale" not in one
    assert Sealer(SECRET).open(one, "account 7") == "kale"


def test_it_opens_neither_for_another_thing_nor_with_another_key():
    sealed = Sealer(SECRET).seal("kale", "account 7")
    with pytest.raises(Unsealable):
        Sealer(SECRET).open(sealed, "account 8")
    with pytest.raises(Unsealable):
        Sealer(SECRET + "!").open(sealed, "account 7")


@pytest.mark.parametrize("at", [0, 20, 40])
def test_one_changed_letter_is_noticed(at):
    sealed = Sealer(SECRET).seal("kale and moss and marl", "x")
    other = "B" if sealed[at] == "A" else "A"
    with pytest.raises(Unsealable):
        Sealer(SECRET).open(sealed[:at] + other + sealed[at + 1 :], "x")


@pytest.mark.parametrize("sealed", ["", "x", "AAAA", "é", "\x00", "=" * 9, "A" * 100_000])
def test_nonsense_is_unsealable_and_no_fault(sealed):
    with pytest.raises(Unsealable):
        Sealer(SECRET).open(sealed, "x")
