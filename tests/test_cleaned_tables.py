"""Every cleaned table, made from the rows that passed the raw contracts, passes a contract that forgives little."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from ecrec_assets.collect import complete_journey
from ecrec_assets.contracts.gate import audit
from ecrec_assets.contracts.odcs import load_contracts
from ecrec_assets.prepare.coupons import clean_coupons, clean_redemptions
from ecrec_assets.prepare.households import complete_households
from ecrec_assets.prepare.products import clean_products
from ecrec_assets.prepare.promotions import summarise_promotions
from ecrec_assets.prepare.transactions import clean_transactions
from ecrec_assets.verdict import Audit, Verdict

CONTRACTS = load_contracts(Path(__file__).parents[1] / "expectations")
NOW = datetime(2026, 11, 24, tzinfo=UTC)


class Shop:
    """The published tables so far, and the verdict each was published with."""

    def __init__(self) -> None:
        self.tables: dict[str, pl.LazyFrame] = {}
        self.verdicts: dict[str, Verdict] = {}

    def publish(self, table: str, frame: pl.LazyFrame) -> None:
        result: Audit = audit(frame.collect().lazy(), CONTRACTS[table], references=self.tables, now=NOW)
        self.tables[table] = result.split.clean.collect().lazy()
        self.verdicts[table] = result.verdict


def _shop(buyers: pl.Expr) -> Shop:
    """The whole catalogue and all coupons; the lines of some buyers."""
    shop = Shop()
    for name in ("campaign_descriptions", "products", "transactions", "demographics", "coupons", "coupon_redemptions"):
        raw_table = complete_journey.read(name)
        shop.publish(
            f"raw/{name}", raw_table.filter(buyers) if "household_id" in raw_table.collect_schema() else raw_table
        )
    raw = {name.removeprefix("raw/"): frame for name, frame in shop.tables.items()}
    shop.publish("datasets/products", clean_products(raw["products"]))
    shop.publish("datasets/transactions", clean_transactions(raw["transactions"], raw["products"]))
    shop.publish("datasets/households", complete_households(raw["transactions"], raw["demographics"]))
    shop.publish("datasets/coupons", clean_coupons(raw["coupons"], raw["campaign_descriptions"]))
    redemptions = clean_redemptions(raw["coupon_redemptions"], raw["campaign_descriptions"])
    shop.publish("datasets/redemptions", redemptions)
    return shop


@pytest.fixture(scope="module")
def shop() -> Shop:
    return _shop(pl.col("household_id") <= 150)


@pytest.fixture(scope="module")
def whole_shop() -> Shop:
    return _shop(pl.lit(True))


@pytest.mark.parametrize("table", ["products", "transactions", "households", "coupons", "redemptions"])
def test_a_cleaned_table_passes_its_contract(shop: Shop, table: str) -> None:
    verdict = shop.verdicts[f"datasets/{table}"]
    assert verdict.passed, [rule.sentence() for rule in verdict.blocking]
    assert verdict.rows_in > 100
    assert verdict.rows_quarantined == 0
    assert not [rule for rule in verdict.rules if rule.error]


@pytest.mark.full
@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("datasets/products", 92_331),
        ("datasets/transactions", 1_443_997),
        ("datasets/households", 2_467),
        ("datasets/coupons", 111_316),
        ("datasets/redemptions", 2_102),
    ],
)
def test_the_whole_year_passes_with_no_row_in_quarantine(whole_shop: Shop, table: str, rows: int) -> None:
    verdict = whole_shop.verdicts[table]
    assert verdict.passed, [rule.sentence() for rule in verdict.blocking]
    assert (verdict.rows_in, verdict.rows_quarantined) == (rows, 0)
    assert not [rule for rule in verdict.rules if not rule.passed or rule.error]


@pytest.mark.full
def test_about_one_line_in_a_hundred_is_unusual(whole_shop: Shop) -> None:
    rare = whole_shop.verdicts["datasets/transactions"].rule("outliers_are_rare")
    assert 0.005 < rare.rows_failed / rare.rows_checked < 0.015


@pytest.mark.parametrize(
    ("table", "column", "value", "rule"),
    [
        ("datasets/transactions", "quantity", 13_283, "quantity_counts_pieces"),
        ("datasets/transactions", "shelf_price", 5_000.0, "shelf_price_is_plausible"),
        ("datasets/transactions", "discount_share", 1.2, "discount_share_is_a_share"),
        ("datasets/transactions", "paid_price", 9_999.0, "paid_is_not_above_shelf"),
        ("datasets/transactions", "product_id", 5, "product_id_exists_in_datasets_products"),
        ("datasets/products", "item_text", "BEANS/CND", "item_text_is_words"),
        ("datasets/products", "size_base", -1.0, "size_base_is_positive"),
        ("datasets/products", "size_base", None, "known_sizes_have_a_value"),
        ("datasets/households", "age", "very old", "age_is_known"),
        ("datasets/coupons", "end_date", datetime(2016, 1, 1).date(), "ends_after_it_starts"),
        ("datasets/redemptions", "redemption_date", datetime(2019, 1, 1).date(), "redemption_is_in_the_year"),
    ],
)
def test_a_fault_in_one_row_is_caught_by_its_rule(shop: Shop, table: str, column: str, value, rule: str) -> None:
    frame = shop.tables[table].head(3_000).collect()
    bad = frame.with_columns(
        pl.when(pl.int_range(pl.len()) == 0)
        .then(pl.lit(value, dtype=frame.schema[column]))
        .otherwise(column)
        .alias(column)
    )
    verdict = audit(bad.lazy(), CONTRACTS[table], references=shop.tables, now=NOW).verdict
    assert verdict.rule(rule).rows_failed == 1
    assert not verdict.rule(rule).passed or verdict.rows_quarantined == 1


@pytest.mark.full
def test_all_promotions_pass_when_summarised(whole_shop: Shop) -> None:
    whole_shop.publish("datasets/promotions", summarise_promotions(complete_journey.read("promotions")))
    verdict = whole_shop.verdicts["datasets/promotions"]
    assert verdict.passed
    assert (verdict.rows_in, verdict.rows_quarantined) == (1_184_798, 0)
