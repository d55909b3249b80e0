from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrec_assets.prepare.purchases import LinesLost, Parts, check_accounted, part_lines
from ecrec_assets.shop.roles import Cancellation, Roles

ROLES = Roles(
    source="lines",
    user="customer",
    item="code",
    time="at",
    quantity="pieces",
    price="price",
    text="name",
    basket="invoice",
    cancellation=Cancellation(column="invoice", starts_with="C"),
    not_products=("POST", "gift_*", "a.b"),
)
NOON = datetime(2011, 7, 1, 12)
SCHEMA = {
    "customer": pl.String,
    "code": pl.String,
    "at": pl.Datetime("us"),
    "pieces": pl.Int64,
    "price": pl.Float64,
    "name": pl.String,
    "invoice": pl.String,
}


def raw(*lines: tuple[object, ...]) -> pl.LazyFrame:
    return pl.LazyFrame(list(lines), schema=SCHEMA, orient="row")


def parted(lines: pl.LazyFrame, roles: Roles = ROLES, zone: str = "UTC") -> Parts:
    parts = part_lines(lines, roles, zone=zone)
    check_accounted(lines, parts)
    return Parts(*(frame.collect().lazy() for frame in parts))


def test_a_sale_becomes_a_purchase_with_clean_codes() -> None:
    found = parted(raw((" 17850.0 ", " 85123A", NOON, 6, 2.5, "MUG ", "536365"))).purchases.collect()
    assert found.to_dicts() == [
        {
            "user_id": "17850",
            "item_id": "85123A",
            "basket_id": "536365",
            "time": NOON,
            "quantity": 6.0,
            "price": 2.5,
            "value": 15.0,
            "returned_quantity": 0.0,
            "is_returned": False,
            "returned_at": None,
        }
    ]


def test_a_whole_return_is_flagged_with_its_time_and_a_part_is_not() -> None:
    later = NOON.replace(day=3)
    lines = raw(
        ("1", "mug", NOON, 6, 2.5, None, "1"),
        ("1", "mug", later, -6, 2.5, None, "C2"),
        ("1", "cup", NOON, 6, 2.5, None, "1"),
        ("1", "cup", later, -2, 2.5, None, "C2"),
        ("1", "jug", later, -3, 9.0, None, "C2"),
    )
    parts = parted(lines)
    purchases = parts.purchases.sort("item_id").collect()
    assert purchases["returned_quantity"].to_list() == [2, 6]
    assert purchases["is_returned"].to_list() == [False, True]
    assert purchases["returned_at"].to_list() == [None, later]
    returns = parts.returns.sort("item_id").select("item_id", "matched_quantity", "unmatched_quantity").collect()
    assert returns.rows() == [("cup", 2, 0), ("jug", 0, 3), ("mug", 6, 0)]


def test_what_is_no_purchase_is_left_out_with_its_reason() -> None:
    lines = raw(
        ("1", "post", NOON, 1, 2.5, None, "1"),
        ("1", "gift_0001_20", NOON, -1, 2.5, None, "C1"),
        ("1", " ", NOON, 1, 2.5, None, "1"),
        ("1", "mug", None, 1, 2.5, None, "1"),
        ("1", "mug", NOON, 0, 2.5, None, "1"),
        ("1", "mug", NOON, None, 2.5, None, "1"),
        ("1", "mug", NOON, -4, 0.0, "damaged", "1"),
        ("1", "mug", NOON, 1, -11062.06, None, "A1"),
        ("1", "axb", NOON, 1, 2.5, None, "1"),
        (None, "mug", NOON, 1, 2.5, None, "1"),
    )
    parts = parted(lines)
    assert parts.left_out.collect()["reason"].to_list() == [
        *["not a product"] * 2,
        "no item",
        "no time",
        *["no quantity"] * 2,
        "negative quantity that is no cancellation",
        "negative price",
    ]
    assert parts.purchases.collect()["item_id"].to_list() == ["axb", "mug"]


def test_times_of_the_shop_become_utc_across_summer_time() -> None:
    moments = [datetime(2011, 1, 5, 12), datetime(2011, 7, 5, 12), datetime(2011, 3, 27, 1, 30)]  # the last never was
    lines = raw(*(("1", "mug", moment, 1, 2.5, None, "1") for moment in moments))
    found = parted(lines, zone="Europe/London").purchases.collect()["time"].to_list()
    assert found == [datetime(2011, 1, 5, 12), datetime(2011, 7, 5, 11), datetime(2011, 3, 27, 1, 30)]


def test_a_shop_with_only_user_item_and_time_has_a_basket_a_day() -> None:
    roles = Roles(source="lines", user="customer", item="code", time="at")
    lines = pl.LazyFrame(
        {"customer": [7, 7, 8], "code": [1, 2, 1], "at": [NOON, NOON.replace(hour=23, minute=30), NOON]}
    ).with_columns(pl.col("at").cast(pl.Datetime("us")))
    found = parted(lines, roles, zone="Europe/London").purchases.collect()
    assert found["basket_id"].to_list() == ["7 2011-07-01", "7 2011-07-01", "8 2011-07-01"]
    assert found["quantity"].to_list() == [1, 1, 1] and found["value"].null_count() == 3
    assert found["user_id"].to_list() == ["7", "7", "8"]


def test_without_a_rule_for_cancellations_negative_quantities_are_returns() -> None:
    roles = ROLES.model_copy(update={"cancellation": None})
    lines = raw(("1", "mug", NOON, 3, 2.5, None, "1"), ("1", "mug", NOON, -3, 2.5, None, "2"))
    parts = parted(lines, roles)
    assert parts.purchases.collect()["is_returned"].to_list() == [True]
    assert parts.left_out.collect().is_empty()


def test_a_lost_line_is_an_error_with_numbers() -> None:
    lines = raw(("1", "mug", NOON, 3, 2.5, None, "1"), ("1", "POST", NOON, 1, 2.5, None, "1"))
    parts = part_lines(lines, ROLES)
    with pytest.raises(LinesLost, match="2 lines are not 1 purchases, 0 returns and 0 lines left out"):
        check_accounted(lines, parts._replace(left_out=parts.left_out.head(0)))


LINES = st.lists(
    st.tuples(
        st.sampled_from(["1", "17850.0", "", None]),
        st.sampled_from(["mug", "POST", "gift_1", "", None]),
        st.sampled_from([NOON, NOON.replace(day=2), None]),
        st.sampled_from([-3, -1, 0, 1, 3, None]),
        st.sampled_from([-1.0, 0.0, 2.5, None]),
        st.sampled_from(["MUG", "?", None]),
        st.sampled_from(["1", "C1", "A1", None]),
    ),
    max_size=20,
)


@given(LINES)
def test_every_line_is_in_exactly_one_part(lines: list[tuple[object, ...]]) -> None:
    parts = parted(raw(*lines))  # parted() checks the sum
    purchases, returns = parts.purchases.collect(), parts.returns.collect()
    assert (purchases["quantity"] > 0).all() and (returns["quantity"] > 0).all()
    assert purchases["returned_quantity"].sum() == returns["matched_quantity"].sum()
    assert purchases["returned_at"].is_null().equals(~purchases["is_returned"])
