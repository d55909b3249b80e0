from pathlib import Path

import polars as pl
import pytest

from ecrec_assets.collect import complete_journey
from ecrec_assets.contracts.odcs import load_contract
from ecrec_assets.prepare.products import clean_products

ROOT = Path(__file__).parents[2] / "expectations"


@pytest.fixture(scope="module")
def products() -> pl.DataFrame:
    return clean_products(complete_journey.read("products")).collect()


def test_the_catalogue_has_the_schema_of_its_contract(products: pl.DataFrame) -> None:
    assert products.schema == load_contract(ROOT / "datasets" / "products.yaml", ROOT).schema


def test_every_product_stays_in_its_place(products: pl.DataFrame) -> None:
    assert products["product_id"].equals(complete_journey.read("products").collect()["product_id"])


def test_only_sizes_may_be_missing(products: pl.DataFrame) -> None:
    missing = {column.name for column in products.null_count() if column[0]}
    assert missing == {"size_value", "size_unit", "size_base", "size_base_unit"}


def test_most_products_have_a_size_read_or_imputed(products: pl.DataFrame) -> None:
    counts = dict(products["size_source"].value_counts().rows())
    assert counts == {"parsed": 61_493, "imputed": 17_838, "unknown": 13_000}


def test_texts_are_trimmed(products: pl.DataFrame) -> None:
    untrimmed = pl.col("product_category", "product_type").str.contains(r"^\s|\s$|\s\s").sum()
    assert products.select(untrimmed).row(0) == (0, 0)
