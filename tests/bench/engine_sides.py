"""The same questions to the same orders by each tool; each function answers with how many rows it found wrong.

What a tool cannot ask is left out of its list, and named in `CANNOT`: it does less work for its time.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from tests.bench.engine_data import STATES
from tests.bench.engine_suite import FIRST, LAST, SKU, by_hand, expectations

CANNOT = {
    "ecrec": "",
    "pandas": "",
    "by hand": "no row numbers, examples or report",
    "pandera": "no budget for missing values; mean, median, deviation, quantiles, sum, counts: checks written by hand",
    "pointblank": "median, quantiles, maximum of a column and distinct counts only as checks written by hand",
    "cuallee": "median, quantiles, deviation, sum and distinct counts only as equal to a known value; no text length",
    "dataframely": "no budget for missing values; mean, median, deviation, quantiles, sum, counts: rules by hand",
}


def ecrec(path: Path, how_many: int) -> int:
    from ecrec_assets.contracts.engine import datasource  # noqa: F401  (adds data_sources.add_polars)

    source = _context().data_sources.add_polars("orders")
    batch = source.add_table_asset("t").add_batch_definition_whole_table("w")
    return _validate(batch, pl.scan_parquet(path), how_many)


def pandas(path: Path, how_many: int) -> int:
    import pandas as pd

    source = _context().data_sources.add_pandas("orders")
    batch = source.add_dataframe_asset("t").add_batch_definition_whole_dataframe("w")
    frame = pd.read_parquet(path)
    frame["sold_at"] = frame["sold_at"].astype("datetime64[ns]")  # its bounds are checked row by row in any other unit
    return _validate(batch, frame, how_many)


def hand(path: Path, how_many: int) -> int:
    found = by_hand(pl.scan_parquet(path), how_many).row(0, named=True)
    return sum(found[name] for name in ("order_repeated", "quantity_wrong", "price_missing"))


def pandera(path: Path, how_many: int) -> int:
    import pandera.polars as pa

    between, missing = pa.Check.in_range, {"nullable": True}
    sku = [pa.Check.str_matches(SKU)]
    quantity = [between(0, 100)]
    if how_many == 25:
        sku += [pa.Check.str_length(6, 6), pa.Check(lambda d: d.lazyframe.select(~pl.col(d.key).str.contains("\\s")))]
        quantity += [pa.Check.notin([0])]
    schema = pa.DataFrameSchema(
        {
            "order_id": pa.Column(pl.Int64, unique=True),
            "sku": pa.Column(pl.String, sku),
            "state": pa.Column(pl.String, pa.Check.isin(STATES)),
            "quantity": pa.Column(pl.Int64, quantity),
            "price": pa.Column(pl.Float64, pa.Check.ge(0), **missing),
            "sold_at": pa.Column(pl.Datetime("us"), between(FIRST, LAST, include_max=False)),
        },
        unique=["order_id", "sku"] if how_many == 25 else None,
    )
    try:
        schema.validate(pl.read_parquet(path), lazy=True)
    except pa.errors.SchemaErrors as error:
        return error.failure_cases.height
    return 0


def pointblank(path: Path, how_many: int) -> int:
    import pointblank as pb

    asked = (
        pb.Validate(pl.read_parquet(path))
        .col_vals_not_null("order_id")
        .rows_distinct(["order_id"])
        .col_vals_in_set("state", list(STATES))
        .col_vals_regex("sku", SKU)
        .col_vals_between("quantity", 0, 100)
        .col_vals_not_null("price")
        .col_vals_ge("price", 0, na_pass=True)
        .col_vals_between("sold_at", FIRST, LAST, inclusive=(True, False))
        .col_avg_ge("price", 30)
    )
    if how_many == 25:
        for name in ("sku", "state", "quantity", "sold_at"):
            asked = asked.col_vals_not_null(name)
        asked = asked.col_vals_str_len("sku", min_val=6, max_val=6).col_vals_not_in_set("quantity", [0])
        asked = asked.col_vals_expr(~pl.col("sku").str.contains("\\s")).col_sd_ge("price", 30)
        asked = asked.col_sum_ge("quantity", 1).rows_distinct(["order_id", "sku"])
    return int(sum(asked.interrogate().n_failed().values()))


def cuallee(path: Path, how_many: int) -> int:
    from cuallee import Check, CheckLevel

    asked = Check(CheckLevel.WARNING, "orders")
    asked.is_complete("order_id").is_unique("order_id").is_contained_in("state", STATES).has_pattern("sku", SKU)
    asked.is_between("quantity", (0, 100)).is_complete("price", pct=0.9).is_greater_or_equal_than("price", 0, pct=0.9)
    asked.is_between("sold_at", (FIRST, LAST))
    if how_many == 25:
        for name in ("sku", "state", "quantity", "sold_at"):
            asked.is_complete(name)
        asked.has_pattern("sku", "^\\S+$").not_contained_in("quantity", (0,)).is_composite_key(("order_id", "sku"))
    found = asked.validate(pl.read_parquet(path))
    return int(found["violations"].sum())


def dataframely(path: Path, how_many: int) -> int:
    import dataframely as dy

    more: dict[str, Any] = {"min_length": 6, "max_length": 6} if how_many == 25 else {}
    parts: dict[str, Any] = {
        "order_id": dy.Int64(unique=True),
        "sku": dy.String(regex=SKU, **more),
        "state": dy.String(check=lambda column: column.is_in(STATES)),
        "quantity": dy.Int64(min=0, max=100),
        "price": dy.Float64(nullable=True, min=0),
        "sold_at": dy.Datetime(min=FIRST, max_exclusive=LAST),
    }
    if how_many == 25:
        parts["no_space"] = dy.rule()(lambda cls: ~pl.col("sku").str.contains("\\s"))
        parts["line_once"] = dy.rule()(lambda cls: pl.struct("order_id", "sku").is_unique())
        parts["quantity_some"] = dy.rule()(lambda cls: pl.col("quantity") != 0)
    found = type("Orders", (dy.Schema,), parts).filter(pl.read_parquet(path))
    return int(sum(found.failure.counts().values()))


def _context() -> Any:
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    return context


def _validate(batch: Any, frame: Any, how_many: int) -> int:
    import great_expectations as gx

    suite = gx.ExpectationSuite(name="orders", expectations=expectations(how_many))
    found = batch.get_batch(batch_parameters={"dataframe": frame}).validate(suite)
    wrong = [result.expectation_config.type for result in found.results if not result.success]
    if wrong:
        raise RuntimeError(f"expectations that should hold do not: {wrong}")
    return sum(result.result.get("unexpected_count", 0) for result in found.results)


SIDES: dict[str, Callable[[Path, int], int]] = {
    "ecrec": ecrec,
    "pandas": pandas,
    "by hand": hand,
    "pandera": pandera,
    "pointblank": pointblank,
    "cuallee": cuallee,
    "dataframely": dataframely,
}
