"""The matching of cancellations, against what must always hold and against examples by hand."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from ecrec_assets.prepare.cancellations import SALE, TAKEN_BACK, match_cancellations

START = datetime(2011, 1, 1)
SCHEMA = {
    "user_id": pl.String,
    "item_id": pl.String,
    "price": pl.Float64,
    "basket_id": pl.String,
    "time": pl.Datetime("us"),
    "kind": pl.String,
    "quantity": pl.Float64,
}
Line = tuple[str | None, str, float | None, str, datetime, str, float]


def line(kind: str, day: int, quantity: float, *, user: str | None = "ann", price: float | None = 2.5) -> Line:
    return (user, "mug", price, f"{kind}{day}", START + timedelta(days=day), kind, quantity)


def matched(lines: list[Line]) -> list[float]:
    """What came back of each sale and what each cancellation found, in the order of `lines`."""
    frame = pl.DataFrame(lines, schema=SCHEMA, orient="row").with_row_index("at")
    found = match_cancellations(frame.lazy()).sort("at").collect()
    return found["returned_quantity"].to_list()


def test_the_newest_sale_is_taken_back_first() -> None:
    assert matched([line(SALE, 1, 5), line(SALE, 3, 5), line(TAKEN_BACK, 4, 5)]) == [0, 5, 5]


def test_a_part_of_a_sale_can_come_back_and_later_the_rest() -> None:
    lines = [line(SALE, 1, 5), line(TAKEN_BACK, 2, 2), line(TAKEN_BACK, 3, 4)]
    assert matched(lines) == [5, 2, 3]


def test_one_cancellation_can_take_back_several_sales() -> None:
    assert matched([line(SALE, 1, 5), line(SALE, 2, 3), line(TAKEN_BACK, 4, 6)]) == [3, 3, 6]


def test_nothing_is_taken_back_before_it_was_bought() -> None:
    assert matched([line(TAKEN_BACK, 1, 5), line(SALE, 2, 5)]) == [0, 0]


def test_a_sale_and_its_cancellation_of_the_same_minute_belong_together() -> None:
    assert matched([line(TAKEN_BACK, 1, 5), line(SALE, 1, 5)]) == [5, 5]


def test_another_user_price_or_nobody_matches_nothing() -> None:
    assert matched([line(SALE, 1, 5), line(TAKEN_BACK, 2, 5, user="bob")]) == [0, 0]
    assert matched([line(SALE, 1, 5), line(TAKEN_BACK, 2, 5, price=2.4)]) == [0, 0]
    assert matched([line(SALE, 1, 5, user=None), line(TAKEN_BACK, 2, 5, user=None)]) == [0, 0]


def test_a_shop_without_prices_matches_by_user_and_item() -> None:
    assert matched([line(SALE, 1, 5, price=None), line(TAKEN_BACK, 2, 4, price=None)]) == [4, 4]


def test_the_last_return_is_told() -> None:
    lines = [line(SALE, 1, 5), line(TAKEN_BACK, 2, 2), line(TAKEN_BACK, 6, 3), line(SALE, 7, 1)]
    frame = pl.DataFrame(lines, schema=SCHEMA, orient="row")
    found = match_cancellations(frame.lazy()).filter(pl.col("kind") == SALE).sort("time").collect()
    assert found["last_return"].to_list() == [START + timedelta(days=6), None]


def test_no_lines_are_no_lines() -> None:
    assert match_cancellations(pl.LazyFrame(schema=SCHEMA)).collect().is_empty()


LINES = st.lists(
    st.tuples(
        st.sampled_from(["ann", "bob", None]),
        st.sampled_from(["mug", "cup"]),
        st.sampled_from([1.0, 2.5]),
        st.sampled_from(["b1", "b2"]),
        st.integers(0, 6).map(lambda day: START + timedelta(days=day)),
        st.sampled_from([SALE, TAKEN_BACK]),
        st.integers(1, 9).map(float),
    ),
    max_size=25,
)
KEY = ["user_id", "item_id", "price"]


@given(LINES)
def test_no_piece_comes_back_twice_and_none_is_invented(lines: list[Line]) -> None:
    frame = pl.DataFrame(lines, schema=SCHEMA, orient="row")
    found = match_cancellations(frame.lazy()).collect()
    assert found.drop("returned_quantity", "last_return").sort(pl.all()).equals(frame.sort(pl.all()))
    assert found["returned_quantity"].is_between(0, found["quantity"]).all()
    assert found.filter(pl.col("user_id").is_null())["returned_quantity"].sum() == 0
    totals = found.group_by(*KEY, "kind").agg(pl.col("returned_quantity").sum())
    sides = totals.pivot(on="kind", index=KEY, values="returned_quantity").with_columns(
        pl.col(name).fill_null(0) for name in (SALE, TAKEN_BACK) if name in found["kind"]
    )
    if {SALE, TAKEN_BACK} <= set(sides.columns):
        assert sides[SALE].equals(sides[TAKEN_BACK].alias(SALE))


@given(LINES, st.randoms(use_true_random=False))
def test_the_order_of_lines_changes_nothing(lines: list[Line], random: object) -> None:
    shuffled = list(lines)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = (
        match_cancellations(pl.DataFrame(each, schema=SCHEMA, orient="row").lazy()).collect().sort(pl.all())
        for each in (lines, shuffled)
    )
    assert one.equals(other)


@given(LINES)
def test_what_happens_later_does_not_change_what_was_matched(lines: list[Line]) -> None:
    """A model of Monday sees the same returns whether Tuesday's file is there or not."""
    cut = START + timedelta(days=3)
    early = [each for each in lines if each[4] < cut]
    whole = match_cancellations(pl.DataFrame(lines, schema=SCHEMA, orient="row").lazy())
    part = match_cancellations(pl.DataFrame(early, schema=SCHEMA, orient="row").lazy())
    back = pl.col("kind") == TAKEN_BACK
    seen = whole.filter(back, pl.col("time") < cut).drop("last_return").collect().sort(pl.all())
    assert seen.equals(part.filter(back).drop("last_return").collect().sort(pl.all()))


@given(LINES)
def test_a_cancellation_is_only_left_over_when_nothing_is_left_to_take_back(lines: list[Line]) -> None:
    """Against a slow matching that looks through all earlier sales for every cancellation."""
    frame = pl.DataFrame(lines, schema=SCHEMA, orient="row").filter(pl.col("user_id").is_not_null())
    ordered = frame.sort(*KEY, "time", "kind", "basket_id", "quantity").rows(named=True)
    left: list[float] = [each["quantity"] if each["kind"] == SALE else 0.0 for each in ordered]
    expected = 0.0
    for at, each in enumerate(ordered):
        wanted = each["quantity"] if each["kind"] == TAKEN_BACK else 0.0
        for sale in range(at - 1, -1, -1):
            same = all(ordered[sale][name] == each[name] for name in KEY)
            taken = min(wanted, left[sale]) if same else 0.0
            left[sale] -= taken
            wanted -= taken
            expected += taken
    found = match_cancellations(frame.lazy()).filter(pl.col("kind") == TAKEN_BACK).collect()
    assert found["returned_quantity"].sum() == expected
