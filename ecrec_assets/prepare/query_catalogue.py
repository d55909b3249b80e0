"""The catalogue as weak supervision reads it: product types with their phrases, their section and their products."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import polars as pl

from ecrec_assets.prepare.query_phrases import Phrase, key_of, phrases
from ecrec_assets.prepare.query_words import NOT_FOR_SALE

TEXTS = ("item_text", "category_text", "department_text")


class Product(NamedTuple):
    """A product a query may be about. `price` in the shop's currency; `size` such as `12 oz`, or empty."""

    product_id: int
    price: float
    size: str


class ProductType(NamedTuple):
    """One product type of one category. `names` are its Item phrases, `sections` its Category phrases."""

    names: tuple[Phrase, ...]
    sections: tuple[Phrase, ...]
    department: tuple[Phrase, ...]
    products: tuple[Product, ...]


def product_types(products: pl.LazyFrame, prices: pl.LazyFrame) -> tuple[ProductType, ...]:
    """Every product type that has something to ask for, in alphabetical order.

    A product never sold has the median price of its type, or of the shop. `prices` has product_id and price.
    """
    rows = _grouped(products, prices).collect()
    read = [_product_type(*row) for row in rows.iter_rows()]
    sections = {key_of(phrase) for kind in read for phrase in (*kind.sections, *kind.department)}
    return tuple(kind for kind in _labelled(read, sections) if kind.names or kind.sections)


def _grouped(products: pl.LazyFrame, prices: pl.LazyFrame) -> pl.LazyFrame:
    asked = products.filter(~pl.col("department_text").is_in(NOT_FOR_SALE), pl.col("item_text") != "unknown")
    paid = prices.filter(pl.col("price") > 0).select("product_id", "price").unique("product_id", keep="first")
    price = pl.coalesce("price", pl.col("price").median().over(*TEXTS), pl.col("price").median(), pl.lit(1.0))
    size = pl.concat_str(_plain_number(pl.col("size_value")), pl.lit(" "), pl.col("size_unit")).fill_null("")
    priced = asked.join(paid, on="product_id", how="left").with_columns(price, size.alias("size"))
    lists = priced.sort("product_id").group_by(TEXTS).agg("product_id", "price", "size")
    return lists.sort(TEXTS)


def _plain_number(number: pl.Expr) -> pl.Expr:
    """`12.0` as `12`, `1.50` as `1.5`."""
    return number.round(2).cast(pl.String).str.strip_suffix(".0")


def _product_type(
    item: str, category: str, department: str, ids: Sequence[int], prices: Sequence[float], sizes: Sequence[str]
) -> ProductType:
    products = tuple(Product(*row) for row in zip(ids, prices, sizes, strict=True))
    return ProductType(phrases(item, category), phrases(category), phrases(department), products)


def _labelled(read: list[ProductType], sections: set[str]) -> Iterator[ProductType]:
    """A name that is also the name of a section is a Category, so it is no longer an Item."""
    for kind in read:
        yield kind._replace(names=tuple(name for name in kind.names if key_of(name) not in sections))
