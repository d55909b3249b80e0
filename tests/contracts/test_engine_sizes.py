"""A large table is asked in several passes. However small the pieces are, the answers are those of one query."""

from __future__ import annotations

import math
import random
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecrec_assets.contracts.engine.compilers.aggregates import aggregate
from ecrec_assets.contracts.engine.compilers.domain import Asked, Domain
from ecrec_assets.contracts.engine.compilers.rows import mask
from ecrec_assets.contracts.engine.plan import ROW, Count
from ecrec_assets.contracts.engine.ranks import at_places
from ecrec_assets.contracts.engine.runner import run
from ecrec_assets.contracts.engine.sizes import Sizes, rows_at_a_glance
from ecrec_assets.contracts.engine.table import Table

TINY = Sizes(whole=0, bucket=3, remainder=2)
HOW = ("linear", "lower", "higher", "midpoint", "nearest")
SHARES = (0.0, 0.1, 0.25, 0.5, 0.77, 0.93, 1.0)
NUMBERS = {
    pl.Int8: st.integers(-128, 127),
    pl.Int64: st.one_of(st.integers(-(2**63), 2**63 - 1), st.integers(2**62, 2**62 + 5), st.integers(-3, 3)),
    pl.UInt64: st.one_of(st.integers(0, 2**64 - 1), st.integers(0, 4)),
    pl.Float32: st.floats(width=32),
    pl.Float64: st.one_of(st.floats(), st.sampled_from([0.0, -0.0, 1.5, math.inf, -math.inf, math.nan, 5e-324])),
}
OTHERS = {
    pl.Boolean: st.booleans(),
    pl.String: st.sampled_from(["", "a", "ab", "b", "ü"]),
    pl.Date: st.dates(),
    pl.Datetime("us"): st.datetimes(),
}


def answers(frame: pl.DataFrame, sizes: Sizes, where: pl.Expr | None) -> dict[Any, Any]:
    table = Table(frame.lazy(), sizes=sizes)

    def asked(**arguments: Any) -> Asked:
        return Asked(table, Domain(("v",), where), arguments)

    plans: dict[Any, Any] = {"distinct": aggregate("column.distinct_values.count", asked())}
    if frame.schema["v"].is_numeric():
        plans["median"] = aggregate("column.median", asked())
        plans |= {
            how: aggregate("column.quantile_values", asked(quantiles=SHARES, allow_relative_error=how)) for how in HOW
        }
    plans["unique"] = Count(mask("column_values.unique", "unique", asked()))
    plans["key"] = Count(mask("column_list.key", "key", Asked(table, Domain(("v", "w"), where, None, "list"), {})))
    found = run(table, plans)
    rows = {key: series.to_list() for key, series in table.surplus.items()}
    return {key: _spelled(value) for key, value in found.items()} | {("rows", key): each for key, each in rows.items()}


def _spelled(value: Any) -> str:
    """To the last bit, apart from the sign of zero, which no order tells apart."""
    return repr(value).replace("-0.0", "0.0")


@settings(max_examples=40)
@given(st.data())
def test_the_answers_of_many_passes_are_those_of_one_query(data: st.DataObject) -> None:
    dtype = data.draw(st.sampled_from([*NUMBERS, *OTHERS]))
    values = data.draw(st.lists(st.one_of(st.none(), (NUMBERS | OTHERS)[dtype]), max_size=40))
    keys = data.draw(st.lists(st.integers(0, 2), min_size=len(values), max_size=len(values)))
    frame = pl.DataFrame({"v": pl.Series(values, dtype=dtype), "w": pl.Series(keys, dtype=pl.Int64)})
    where = data.draw(st.sampled_from([None, pl.col("w") > 0]))
    assert answers(frame, TINY, where) == answers(frame, Sizes(), where)


@pytest.mark.parametrize("seed", range(6))
def test_places_are_found_in_any_spread_of_numbers(seed: int) -> None:
    rng = random.Random(seed)
    spread = [
        lambda: rng.lognormvariate(0, 40), lambda: rng.gauss(0, 1), lambda: rng.choice([1.0, 2.0]), lambda: 10**9.0,
        lambda: rng.choice([-math.inf, math.inf, 1e308, -1e308]), lambda: rng.choice([0.0, 5e-324, 1e-323]),
    ]  # fmt: skip
    values = [rng.choice(spread)() if seed else spread[4]() for _ in range(3000)]
    places = {0, 1, 1499, 1500, 2998, 2999}
    found = at_places(pl.LazyFrame({"v": values}), places, remainder=5)
    assert found == {place: sorted(values)[place] for place in places}


def test_neighbours_among_large_integers_are_kept_apart() -> None:
    values = [2**62 + i % 7 for i in range(1000)]
    assert at_places(pl.LazyFrame({"v": values}), {500}, remainder=5) == {500: sorted(values)[500]}


def test_repeats_in_every_bucket_are_found_with_their_rows() -> None:
    frame = pl.DataFrame({"v": [*range(50), *range(0, 50, 5)], "w": 0})
    found = answers(frame, TINY, None)
    assert found["unique"] == "20"
    assert found["rows", "key"] == list(range(50, 60))


def test_a_table_is_counted_without_reading_it_only_where_its_plan_says_how_many(tmp_path: Any) -> None:
    frame = pl.DataFrame({"a": [1, 2, 3]})
    frame.write_parquet(tmp_path / "a.parquet")
    frame.write_csv(tmp_path / "a.csv")
    scanned = pl.scan_parquet(tmp_path / "a.parquet")
    assert rows_at_a_glance(frame.lazy()) == 3
    assert rows_at_a_glance(scanned) == rows_at_a_glance(scanned.with_columns(b=pl.lit(1)).with_row_index(ROW)) == 3
    assert rows_at_a_glance(scanned.filter(pl.col("a") > 1)) is None
    assert rows_at_a_glance(pl.scan_csv(tmp_path / "a.csv")) is None
    assert rows_at_a_glance(pl.concat([scanned, scanned.filter(pl.col("a") > 1)])) is None
