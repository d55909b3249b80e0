from __future__ import annotations

from random import Random

import pytest

from ecrec_assets.prepare.query_catalogue import Product, ProductType
from ecrec_assets.prepare.query_split import SPLITS, Assignment, assign, word_runs


def kind(*names: str, section: str = "snacks") -> ProductType:
    phrases = tuple(tuple(name.split()) for name in names)
    return ProductType(phrases, (tuple(section.split()),), (("grocery",),), (Product(1, 2.0, ""),))


def flat(assignment: Assignment) -> dict[str, list[ProductType]]:
    return {split: [k for section in sections for k in section] for split, sections in assignment.types.items()}


TYPES = [kind(f"thing{i}") for i in range(40)]


def test_each_type_is_in_one_split_and_the_shares_are_met() -> None:
    found = flat(assign(TYPES, 0.1, Random(0)))
    assert {split: len(found[split]) for split in SPLITS} == {"train": 32, "validation": 4, "test": 4}
    assert sorted(name for split in SPLITS for k in found[split] for name in k.names) == sorted(
        k.names[0] for k in TYPES
    )


@pytest.mark.parametrize("seed", range(20))
def test_types_that_share_a_phrase_stay_together(seed: int) -> None:
    twins = [kind("potato chips", "kettle chips"), kind("chips potato"), kind("crisps", "kettle chip")]
    found = flat(assign([*TYPES, *twins], 0.2, Random(seed)))
    homes = {split for split in SPLITS for twin in twins if twin in found[split]}
    assert len(homes) == 1


@pytest.mark.parametrize("seed", range(20))
def test_a_type_whose_name_is_part_of_a_section_is_never_held_out(seed: int) -> None:
    pasta = kind("pasta")
    found = assign([*TYPES[:8], pasta, kind("thing", section="pasta sauces")], 0.4, Random(seed))
    assert pasta in flat(found)["train"]


def test_a_held_out_phrase_is_refused_elsewhere_also_inside_a_longer_one_and_reordered() -> None:
    found = assign([kind("gala apples"), *TYPES], 0.5, Random(3))
    home = next(split for split in SPLITS if any(k.names == (("gala", "apples"),) for k in flat(found)[split]))
    assert home != "train"
    assert not found.allows("train", ["fresh", "gala", "apples", "cheap"])
    assert not found.allows("train", ["apple", "gala"])
    assert found.allows("train", ["gala", "dinner", "apples"])
    assert found.allows(home, ["gala", "apples"])


def test_word_runs_are_in_the_singular_without_joining_words() -> None:
    assert set(word_runs(["nuts", "and", "bolts"])) == {("nut",), ("bolt",), ("nut", "bolt")}
