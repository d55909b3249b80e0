"""Whatever the table, its draft loads and holds on it."""

from datetime import date, datetime
from typing import Any

import polars as pl
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from ecrec_assets.contracts.draft.draft import draft
from ecrec_assets.contracts.draft.proof import prove
from tests.contracts.draft.tables import NOW

NAMES = st.sampled_from(
    ["id", "user_id", "price", "Order ID", "1st", "e-mail", "größe", "day", "a: b", "#x", "[y]", "status", "qty", "'q'"]
)
VALUES: dict[pl.DataType, st.SearchStrategy[Any]] = {
    pl.Int64(): st.one_of(st.integers(-5, 5), st.integers(-(2**62), 2**62)),
    pl.Float64(): st.floats(allow_nan=True, allow_infinity=True),
    pl.String(): st.one_of(
        st.sampled_from(["a", "b", "", " c ", "=1+1", "no", "1e5", "2024-01-01"]), st.text(max_size=12)
    ),
    pl.Boolean(): st.booleans(),
    pl.Date(): st.dates(date(1, 1, 2), date(9999, 1, 1)),
    pl.Datetime("us"): st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)),
    pl.List(pl.String()): st.lists(st.text(max_size=2), max_size=2),
}


@st.composite
def tables(draw: st.DrawFn) -> pl.DataFrame:
    names = draw(st.lists(NAMES, min_size=1, max_size=5, unique=True))
    rows = draw(st.sampled_from([0, 1, 3, 12, 40, 150]))
    columns = []
    for name in names:
        dtype = draw(st.sampled_from(list(VALUES)))
        pool = draw(
            st.lists(st.one_of(st.none(), VALUES[dtype]), min_size=1, max_size=draw(st.sampled_from([2, 8, 40])))
        )
        columns.append(pl.Series(name, [pool[i * 7 % len(pool)] for i in range(rows)], dtype=dtype))
    return pl.DataFrame(columns)


@settings(
    max_examples=20,
    phases=[Phase.explicit, Phase.generate],  # each example is a whole audit: making it small takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@example(pl.DataFrame({"price": [-2.5e297, 4e16, None, 6.5e-107] * 10}))
@example(pl.DataFrame({"qty": [2**62, -(2**62), 5, 1] * 10}))
@example(pl.DataFrame({"qty": [1e16, 2e17, 3e18, 5e15] * 10}))
@given(tables())
def test_its_draft_loads_and_holds_on_it(frame: pl.DataFrame) -> None:
    found = draft(frame.lazy(), key="raw/any", now=NOW)
    proof = prove(found, frame.lazy(), {}, NOW)
    assert proof.taken_out in ((), ("has_rows",) if frame.height == 0 else ())
    assert [rule.name for rule in proof.verdict.rules if not rule.passed] == (["has_rows"] if frame.height == 0 else [])
    assert proof.verdict.rows_quarantined == 0
