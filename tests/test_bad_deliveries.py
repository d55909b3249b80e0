"""What happens to a bad file between the folder and the table: quarantine or a clear refusal, and nothing is lost."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from ecrec_assets.collect import complete_journey
from ecrec_assets.collect.files import read_table
from ecrec_assets.contracts.gate import audit
from ecrec_assets.contracts.odcs import load_contracts
from ecrec_assets.verdict import Audit

CONTRACT = load_contracts(Path(__file__).parents[1] / "expectations")["raw/transactions"]
NOW = datetime(2026, 11, 24, tzinfo=UTC)
REFERENCES = {"raw/products": complete_journey.read("products")}
ROWS = 2_000


@pytest.fixture(scope="module")
def delivery() -> pl.DataFrame:
    """2,000 good lines as text, the way a shop would write them to CSV."""
    good = pl.col("quantity").is_between(1, 100) & (pl.col("sales_value") > 0) & (pl.col("coupon_disc") == 0)
    known = complete_journey.read("transactions").join(REFERENCES["raw/products"], on="product_id", how="semi")
    lines = known.filter(good & (pl.col("week") == 20)).head(ROWS).collect()
    return lines.with_columns(pl.col("transaction_timestamp").dt.to_string("iso:strict")).cast(pl.String)


def _audit(frame: pl.DataFrame, folder: Path) -> Audit:
    frame.write_csv(folder / "transactions.csv")
    table = read_table(folder / "transactions.csv", CONTRACT.schema)
    return audit(table, CONTRACT, references=REFERENCES, now=NOW)


def _in_row(frame: pl.DataFrame, row: int, **values: str | None) -> pl.DataFrame:
    here = pl.int_range(pl.len()) == row
    return frame.with_columns(
        pl.when(here).then(pl.lit(text)).otherwise(name).alias(name) for name, text in values.items()
    )


def test_a_good_delivery_passes_whole(delivery: pl.DataFrame, tmp_path: Path) -> None:
    verdict = _audit(delivery, tmp_path).verdict
    assert verdict.passed
    assert (verdict.rows_in, verdict.rows_quarantined) == (ROWS, 0)


@pytest.mark.parametrize(
    ("column", "text", "rule"),
    [
        ("sales_value", "NaN", "numbers_are_finite"),
        ("retail_disc", "inf", "numbers_are_finite"),
        ("sales_value", "-2.50", "sales_value_is_positive"),
        ("sales_value", "0", "sales_value_is_positive"),
        ("coupon_disc", "-1", "coupon_disc_is_not_negative"),
        ("quantity", "0", "quantity_is_positive"),
        ("quantity", "two", "quantity_is_present"),
        ("sales_value", "3,99 EUR", "sales_value_is_present"),
        ("household_id", None, "household_id_is_present"),
        ("product_id", "123", "product_id_exists_in_raw_products"),
        ("week", "99", "week_is_in_the_year"),
        ("transaction_timestamp", "2025-05-09T10:00:00", "timestamp_is_in_the_year"),
    ],
)
def test_a_bad_value_sends_its_row_to_quarantine_with_the_reason(
    delivery: pl.DataFrame, tmp_path: Path, column: str, text: str | None, rule: str
) -> None:
    result = _audit(_in_row(delivery, 7, **{column: text}), tmp_path)
    bad = result.split.quarantined.collect()
    assert result.verdict.passed
    assert bad["basket_id"].to_list() == [int(delivery["basket_id"][7])]
    assert rule in bad["_failed_rules"][0]
    assert result.split.clean.select(pl.len()).collect().item() == ROWS - 1


def test_what_could_not_be_read_stays_with_its_row(delivery: pl.DataFrame, tmp_path: Path) -> None:
    bad = _audit(_in_row(delivery, 7, quantity="two", week="w20"), tmp_path).split.quarantined.collect()
    assert bad["_unreadable"].to_list() == ['{"quantity": "two", "week": "w20"}']


def test_the_second_row_of_a_key_is_quarantined_and_the_first_is_kept(delivery: pl.DataFrame, tmp_path: Path) -> None:
    again = _in_row(delivery.slice(3, 1), 0, sales_value="99.99")
    result = _audit(pl.concat([delivery, again]), tmp_path)
    bad = result.split.quarantined.collect()
    assert bad["_failed_rules"].to_list() == [["primary_key_is_unique"]]
    assert bad["sales_value"].to_list() == [99.99]
    assert result.split.clean.select(pl.len()).collect().item() == ROWS


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda frame: frame.drop("quantity"), "quantity"),
        (lambda frame: frame.rename({"quantity": "pieces"}), "pieces"),
        (lambda frame: frame.clear(), "has_rows"),
    ],
)
def test_a_table_of_another_shape_is_refused_whole(
    delivery: pl.DataFrame, tmp_path: Path, change: Callable[[pl.DataFrame], pl.DataFrame], told: str
) -> None:
    verdict = _audit(change(delivery), tmp_path).verdict
    assert not verdict.passed
    assert told in str(verdict.blocking)


def test_a_retyped_parquet_column_is_refused_whole(delivery: pl.DataFrame, tmp_path: Path) -> None:
    delivery.write_parquet(tmp_path / "transactions.parquet")
    table = read_table(tmp_path / "transactions.parquet", CONTRACT.schema)
    verdict = audit(table, CONTRACT, references=REFERENCES, now=NOW).verdict
    assert not verdict.rule("schema_matches").passed
    assert not verdict.passed


def test_too_many_bad_rows_refuse_the_whole_delivery(delivery: pl.DataFrame, tmp_path: Path) -> None:
    worse = delivery.with_columns(quantity=pl.when(pl.int_range(pl.len()) < 40).then(pl.lit("0")).otherwise("quantity"))
    result = _audit(worse, tmp_path)
    assert not result.verdict.passed
    assert [rule.name for rule in result.verdict.blocking] == ["quantity_is_positive"]
    assert result.verdict.rows_quarantined == 40
