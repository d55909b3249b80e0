"""The catalogue as models read it."""

from __future__ import annotations

import polars as pl

from ecrec_assets.prepare.missing_categories import fill_missing_categories
from ecrec_assets.prepare.package_sizes import with_package_sizes
from ecrec_assets.prepare.readable_text import with_readable

RAW_TEXTS = ("department", "brand", "product_category", "product_type")
TEXTS = {"product_type": "item_text", "product_category": "category_text", "department": "department_text"}
SIZES = ("size_value", "size_unit", "size_base", "size_base_unit", "size_source")


def clean_products(products: pl.LazyFrame) -> pl.LazyFrame:
    """One row a product of the raw catalogue, in its order: trimmed texts without nulls, item_text, category_text and
    department_text in words, and the package size (see `with_package_sizes`).
    """
    trimmed = products.with_columns(pl.col(RAW_TEXTS).str.strip_chars().str.replace_all(r"\s+", " "))
    whole = fill_missing_categories(with_package_sizes(trimmed)).collect().lazy()  # read by three joins
    for column, name in TEXTS.items():
        whole = with_readable(whole, column, name)
    return whole.select("product_id", "manufacturer_id", *RAW_TEXTS, *TEXTS.values(), *SIZES)
