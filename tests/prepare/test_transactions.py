from pathlib import Path

import polars as pl
import pytest

from ecrec_assets.collect import complete_journey
from ecrec_assets.contracts.odcs import load_contract
from ecrec_assets.prepare.transactions import clean_transactions

ROOT = Path(__file__).parents[2] / "expectations"


@pytest.fixture(scope="module")
def cleaned() -> tuple[pl.DataFrame, pl.DataFrame]:
    """The lines of 50 households as bought, and cleaned."""
    good = (
        pl.col("household_id").is_between(1, 50)
        & pl.col("quantity").is_between(1, 1000)
        & (pl.col("sales_value") > 0)
        & (pl.col("coupon_disc") <= pl.col("sales_value"))
    )
    lines = complete_journey.read("transactions").filter(good).collect()
    return lines, clean_transactions(lines.lazy(), complete_journey.read("products")).collect()


def test_cleaned_lines_have_the_schema_of_the_contract(cleaned: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    assert cleaned[1].schema == load_contract(ROOT / "datasets" / "transactions.yaml", ROOT).schema


def test_every_line_stays_as_it_was_bought(cleaned: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    lines, frame = cleaned
    assert lines.height > 20_000
    assert frame.select(lines.columns).equals(lines)
    assert sum(frame.null_count().row(0)) == 0


def test_prices_keep_their_order_and_few_lines_are_unusual(cleaned: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    _, frame = cleaned
    assert frame.select((pl.col("paid_price") <= pl.col("shelf_price") + 1e-9).all()).item()
    assert frame["discount_share"].is_between(0, 1).all()
    assert 0 < frame["is_outlier"].mean() < 0.03


def test_flagged_prices_are_far_from_the_products_median(cleaned: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    ratio = (pl.col("shelf_price") / pl.col("shelf_price").median().over("product_id")).log().abs()
    by_flag = cleaned[1].with_columns(ratio=ratio).group_by("is_outlier").agg(pl.col("ratio").mean()).sort("is_outlier")
    usual, unusual = by_flag["ratio"]
    assert unusual > 5 * usual
