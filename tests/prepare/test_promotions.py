import resource
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from ecrec_assets.collect import complete_journey
from ecrec_assets.contracts.odcs import load_contract
from ecrec_assets.prepare.promotions import summarise_promotions

ROOT = Path(__file__).parents[2] / "expectations"
COLUMNS = ["product_id", "store_id", "display_location", "mailer_location", "week"]


def _summary(*rows: tuple[int, int, str, str, int]) -> list[tuple[int, ...]]:
    return summarise_promotions(pl.LazyFrame(rows, schema=COLUMNS, orient="row")).collect().rows()


def test_stores_are_counted_by_what_they_did() -> None:
    rows = _summary((1, 10, "9", "0", 1), (1, 11, "0", "A", 1), (1, 12, "3", "A", 1), (1, 10, "9", "0", 2))
    assert rows == [(1, 1, 2, 2, 3), (1, 2, 1, 0, 1)]


def test_a_store_that_lists_a_product_twice_counts_once() -> None:
    assert _summary((1, 10, "9", "0", 1), (1, 10, "0", "A", 1)) == [(1, 1, 1, 1, 1)]


def test_rows_are_sorted_by_week_and_product() -> None:
    rows = _summary((2, 10, "9", "0", 2), (1, 10, "9", "0", 2), (3, 10, "9", "0", 1))
    assert [row[:2] for row in rows] == [(3, 1), (1, 2), (2, 2)]


def test_a_real_week_has_the_schema_of_the_contract_and_one_row_a_product() -> None:
    week = complete_journey.read("promotions").filter(pl.col("week") == 7)
    frame = summarise_promotions(week).collect()
    assert frame.schema == load_contract(ROOT / "datasets" / "promotions.yaml", ROOT).schema
    assert frame.height == frame["product_id"].n_unique() == 21_797
    assert (frame["stores"] >= frame.select(pl.max_horizontal("stores_displayed", "stores_mailed")).to_series()).all()
    assert frame["stores"].sum() == week.select(pl.struct("product_id", "store_id").n_unique()).collect().item()


def test_no_rows_stay_no_rows() -> None:
    schema = {name: pl.String if "location" in name else pl.Int64 for name in COLUMNS}
    assert summarise_promotions(pl.LazyFrame(schema=schema)).collect().height == 0


@pytest.mark.full
def test_21_million_rows_need_less_than_2_gigabytes() -> None:
    code = (
        "from ecrec_assets.collect.complete_journey import read;"
        "from ecrec_assets.prepare.promotions import summarise_promotions as s;"
        "print(s(read('promotions')).collect().height)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) == 1_184_798
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 2 * 1024**2
