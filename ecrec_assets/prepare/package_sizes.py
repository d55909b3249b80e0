"""Package sizes of the catalogue: read where written, from the product's kind where not."""

from __future__ import annotations

import polars as pl

from ecrec_assets.prepare.package_size import parse_package_size
from ecrec_assets.prepare.size_units import UNITS

SIZE = pl.Struct(
    {"size_value": pl.Float64, "size_unit": pl.String, "size_base": pl.Float64, "size_base_unit": pl.String}
)
MIN_VOLUME_SHARE = 0.05  # of a category's sizes, before its ounces may be fluid
MIN_SIZES = 3  # sizes a product type needs before its median stands for a product without one


def with_package_sizes(products: pl.LazyFrame) -> pl.LazyFrame:
    """Adds size_value, size_unit, size_base, size_base_unit and size_source from `package_size`; collects, keeps order.

    `size_source` is 'parsed'; 'imputed' where only size_base and its unit are given, the median of the product type
    in its most frequent unit; or 'unknown' with nulls. `products` has package_size, product_category and product_type.
    """
    return _impute(_fluid_ounces(_parse(products)))


def _parse(products: pl.LazyFrame) -> pl.LazyFrame:
    read = pl.col("package_size").map_elements(_fields, return_dtype=SIZE, skip_nulls=True)
    return products.with_columns(read.alias("_size")).unnest("_size").collect().lazy()  # read once, used three times


def _fields(text: str) -> dict[str, float | str] | None:
    size = parse_package_size(text)
    return dict(zip(("size_value", "size_unit", "size_base", "size_base_unit"), size, strict=True)) if size else None


def _fluid_ounces(products: pl.LazyFrame) -> pl.LazyFrame:
    """`12 OZ` of a drink is a volume: see `_is_measured_by_volume`."""
    fluid = (pl.col("size_unit") == "oz") & _is_measured_by_volume()
    return products.with_columns(
        size_unit=pl.when(fluid).then(pl.lit("fl oz")).otherwise("size_unit"),
        size_base=pl.when(fluid).then(pl.col("size_value") * UNITS["fl oz"].base).otherwise("size_base"),
        size_base_unit=pl.when(fluid).then(pl.lit("ml")).otherwise("size_base_unit"),
    )


def _is_measured_by_volume() -> pl.Expr:
    """True where the type is written in litres, gallons ... but hardly in pounds or grams, and its category often is.

    The type alone would call one mistyped `12 ML` of candy a drink, the category alone would make toothpaste fluid
    because mouthwash is.
    """
    volume = pl.col("size_unit").is_in(_units_of("volume"))
    weight = pl.col("size_unit").is_in(_units_of("weight") - {"oz"})
    mass = pl.col("size_unit").is_in(_units_of("weight"))
    by_type = volume.sum().over("product_type") > weight.sum().over("product_type")
    by_category = volume.sum() / (volume | mass).sum() >= MIN_VOLUME_SHARE
    rarely_weighed = volume.sum() > 5 * weight.sum()
    return by_type & (by_category & rarely_weighed).over("product_category")


def _units_of(kind: str) -> set[str]:
    return {unit.name for unit in UNITS.values() if unit.kind == kind}


def _impute(products: pl.LazyFrame) -> pl.LazyFrame:
    by_unit = (
        products.drop_nulls(["product_type", "size_base"])
        .group_by("product_type", pl.col("size_base_unit").alias("_unit"))
        .agg(_base=pl.col("size_base").median(), _sizes=pl.len())
        .filter(pl.col("_sizes") >= MIN_SIZES)
    )
    usual = by_unit.sort("_sizes", "_unit", descending=[True, False]).unique(
        "product_type", keep="first", maintain_order=True
    )
    joined = products.join(usual.drop("_sizes"), on="product_type", how="left", maintain_order="left")
    source = (
        pl.when(pl.col("size_base").is_not_null())
        .then(pl.lit("parsed"))
        .when(pl.col("_base").is_not_null())
        .then(pl.lit("imputed"))
        .otherwise(pl.lit("unknown"))
    )
    return joined.with_columns(
        size_base=pl.coalesce("size_base", "_base"),
        size_base_unit=pl.coalesce("size_base_unit", "_unit"),
        size_source=source,
    ).drop("_base", "_unit")
