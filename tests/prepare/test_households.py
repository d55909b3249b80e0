from pathlib import Path

import polars as pl

from ecrec_assets.collect import complete_journey
from ecrec_assets.contracts.odcs import load_contract
from ecrec_assets.prepare.households import ANSWERS, complete_households

ROOT = Path(__file__).parents[2] / "expectations"


def test_all_2469_households_are_there_and_801_answered() -> None:
    lines, demographics = complete_journey.read("transactions"), complete_journey.read("demographics")
    frame = complete_households(lines, demographics).collect()
    assert frame.schema == load_contract(ROOT / "datasets" / "households.yaml", ROOT).schema
    assert (frame.height, frame["household_id"].n_unique(), frame["has_demographics"].sum()) == (2_469, 2_469, 801)
    assert sum(frame.null_count().row(0)) == 0


def test_an_answer_not_given_is_unknown_and_a_given_one_is_kept() -> None:
    answers = {name: ["given"] for name in ANSWERS} | {"home_ownership": [None]}
    told = pl.LazyFrame({"household_id": [7], **answers}, schema_overrides={"home_ownership": pl.String})
    frame = complete_households(pl.LazyFrame({"household_id": [9, 7, 9]}), told).collect()
    assert frame["household_id"].to_list() == [7, 9]
    assert frame["age"].to_list() == ["given", "unknown"]
    assert frame["home_ownership"].to_list() == ["unknown", "unknown"]
    assert frame["has_demographics"].to_list() == [True, False]


def test_who_never_bought_is_no_household_here() -> None:
    told = complete_journey.read("demographics")
    assert complete_households(pl.LazyFrame({"household_id": [1]}), told).collect()["household_id"].to_list() == [1]
