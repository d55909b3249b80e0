from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from ecrec_assets.collect import complete_journey
from ecrec_assets.contracts.gate import audit
from ecrec_assets.contracts.odcs import load_contracts
from ecrec_assets.features.household import household_features
from ecrec_assets.features.pair import pair_features
from ecrec_assets.features.product import product_features
from ecrec_assets.features.product_text import product_text_features
from ecrec_assets.prepare.households import complete_households
from ecrec_assets.prepare.prices import with_prices
from ecrec_assets.prepare.products import clean_products
from ecrec_assets.prepare.promotions import summarise_promotions
from ecrec_assets.verdict import Verdict

NOW = datetime(2018, 1, 1, tzinfo=UTC)
CONTRACTS = load_contracts(Path(__file__).parents[2] / "expectations")
TABLES = ("household", "product", "pair", "product_text")
CUTOFF = 48


class Year:
    """The cleaned tables of the grocer, or of every n-th of its households."""

    def __init__(self, *, every: int) -> None:
        catalogue = clean_products(complete_journey.read("products")).collect()
        sold = (pl.col("quantity").is_between(1, 1000)) & (pl.col("sales_value") > 0)
        raw = complete_journey.read("transactions").filter(sold, pl.col("sales_value") >= pl.col("coupon_disc"))
        known = raw.join(catalogue.lazy(), on="product_id", how="semi")
        self.products = catalogue.lazy()
        self.lines = with_prices(known).filter(pl.col("household_id") % every == 0).collect().lazy()
        self.households = complete_households(self.lines, complete_journey.read("demographics")).collect().lazy()
        self.every = every

    def promotions(self) -> pl.LazyFrame:
        raw = complete_journey.read("promotions")
        return summarise_promotions(raw if self.every == 1 else raw.filter(pl.col("week").is_between(44, 48)))

    def table(self, name: str, week: int = CUTOFF) -> pl.LazyFrame:
        match name:
            case "household":
                return household_features(self.lines, self.households, self.products, cutoff_week=week)
            case "product":
                return product_features(self.lines, self.products, self.promotions(), cutoff_week=week)
            case "pair":
                return pair_features(self.lines, self.products, cutoff_week=week)
            case _:
                return product_text_features(self.products, self.lines, cutoff_week=week)

    def references(self) -> Mapping[str, pl.LazyFrame]:
        return {"datasets/products": self.products, "datasets/households": self.households}

    def verdict(self, name: str, frame: pl.LazyFrame) -> Verdict:
        return audit(frame, CONTRACTS[f"features/{name}"], references=self.references(), now=NOW).verdict


@cache
def slice_of_the_year() -> Year:
    return Year(every=20)


@cache
def features(name: str) -> pl.DataFrame:
    return slice_of_the_year().table(name).collect()


@pytest.mark.parametrize("name", TABLES)
def test_the_contract_describes_every_column_the_function_gives_and_no_other(name: str) -> None:
    contract = CONTRACTS[f"features/{name}"]
    assert dict(contract.schema) == dict(features(name).schema)
    assert all(column.description for column in contract.columns)
    keys = {"household_id", "product_id"}
    without_unit = {column.name for column in contract.columns if not column.unit} - keys
    assert without_unit <= {"segment"}


@pytest.mark.parametrize("name", TABLES)
def test_every_column_that_may_be_missing_says_how_often(name: str) -> None:
    contract = CONTRACTS[f"features/{name}"]
    budgets = {rule.kwargs["column"] for rule in contract.rules if rule.name.endswith("_null_budget")}
    told = budgets | ({"taste_kept", "taste_weight"})  # missing exactly where their vector is
    assert {column.name for column in contract.columns if not column.required} <= told


FAULTS: dict[str, tuple[str, dict[str, dict[str, pl.Expr]]]] = {
    "household counts and times": (
        "household",
        {
            "trips_windows_nest": {"trips_4w": pl.col("trips_52w") + 1},
            "spend_windows_nest": {"spend_1w": pl.col("spend_1w") - 1e4},
            "discount_share_52w_is_a_share": {"discount_share_52w": pl.lit(1.2)},
            "repeat_visitors_have_a_rhythm": {"mean_days_between_trips": pl.lit(None, pl.Float64)},
            "last_week_trips_are_recent": {"days_since_last_trip": pl.lit(9.0)},
            "first_trip_is_not_after_last": {"days_since_first_trip": pl.lit(8.0)},
            "segment_is_known": {"segment": pl.lit("rich")},
            "numbers_are_finite": {"price_level": pl.lit(float("nan"))},
            "taste_vector_has_its_size": {"taste_vector": pl.col("taste_vector").list.head(15)},
            "taste_kept_is_a_share": {"taste_kept": pl.lit(2.0)},
            "household_id_exists_in_datasets_households": {"household_id": -pl.col("household_id")},
        },
    ),
    "household from the future": (
        "household",
        {
            "days_since_last_trip_is_within_the_year": {"days_since_last_trip": pl.lit(-0.5)},
            "primary_key_is_unique": {"household_id": pl.lit(20, pl.Int64)},
        },
    ),
    "product": (
        "product",
        {
            "buyers_are_at_most_purchases": {"purchases_1w": pl.col("buyers_1w") - 1},
            "price_position_is_a_share": {"price_position": pl.lit(-0.1)},
            "some_products_are_promoted": {"promoted_weeks_13w": pl.lit(0, pl.Int64)},
            "taste_needs_buyers": {"buyers_52w": pl.lit(4, pl.Int64)},
            "product_id_exists_in_datasets_products": {"product_id": -pl.col("product_id")},
        },
    ),
    "pair": (
        "pair",
        {
            "baskets_windows_nest": {"baskets_13w": pl.col("baskets_52w") + 1},
            "repeats_have_a_rhythm": {"overdue_ratio": pl.lit(None, pl.Float64)},
            "last_week_purchases_are_recent": {"days_since_last": pl.lit(9.0)},
            "price_ratio_is_plausible": {"price_ratio": pl.lit(7.0)},
        },
    ),
    "pair never bought": ("pair", {"pairs_were_bought": {"baskets_52w": pl.lit(0, pl.Int64)}}),
    "product_text": (
        "product_text",
        {
            "keywords_are_one_to_five": {"keywords": pl.lit([], pl.List(pl.String))},
            "text_vector_has_its_size": {"text_vector": pl.col("text_vector").list.head(3)},
            "schema_matches": {"text_kept": pl.col("text_kept").cast(pl.Float32)},
        },
    ),
}


@pytest.mark.parametrize(("name", "faults"), FAULTS.values(), ids=list(FAULTS))
def test_a_fault_of_the_computation_stops_the_table(name: str, faults: dict[str, dict[str, pl.Expr]]) -> None:
    columns = {column: fault for spoiled in faults.values() for column, fault in spoiled.items()}
    assert len(columns) == len(faults)  # no fault covers another
    blocking = slice_of_the_year().verdict(name, features(name).lazy().with_columns(**columns)).blocking
    assert set(faults) <= {rule.name for rule in blocking}
    assert all(sound(name).rule(rule).passed for rule in faults)


@cache
def sound(name: str) -> Verdict:
    return slice_of_the_year().verdict(name, features(name).lazy())


@pytest.mark.full
@pytest.mark.parametrize("name", TABLES)
def test_the_whole_year_passes_with_next_to_nothing_in_quarantine(name: str) -> None:
    year = whole_year()
    frame = year.table(name).collect()
    verdict = year.verdict(name, frame.lazy())
    assert not verdict.blocking
    assert verdict.rows_in > {"household": 2_400, "pair": 700_000}.get(name, 60_000)
    assert verdict.rows_quarantined / verdict.rows_in < 0.0005


@cache
def whole_year() -> Year:
    return Year(every=1)
