from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl
import pytest

from ecrec_assets.prepare.catalogue import item_catalogue
from ecrec_assets.prepare.item_text import is_note, mend
from ecrec_assets.shop.roles import Roles

ROLES = Roles(source="lines", user="who", item="code", time="at", price="price", text="name")
START = datetime(2011, 1, 1)


def catalogue(*lines: tuple[str, str | None, float]) -> pl.DataFrame:
    rows = [("1", code, START + timedelta(days=day), price, name) for day, (code, name, price) in enumerate(lines)]
    schema = {"who": pl.String, "code": pl.String, "at": pl.Datetime("us"), "price": pl.Float64, "name": pl.String}
    return item_catalogue(pl.LazyFrame(rows, schema=schema, orient="row"), ROLES).collect()


def test_the_most_frequent_name_wins_whatever_the_blanks() -> None:
    found = catalogue(("a", "MUG ", 1), ("a", "MUG", 3), ("a", "RED  MUG", 2), ("a", "BLUE MUG", 2), ("a", None, 9))
    assert found.to_dicts() == [
        {
            "item_id": "a",
            "text": "MUG",
            "texts": 3,
            "lines": 5,
            "price": 2.0,
            "first_seen": START,
            "last_seen": START + timedelta(days=4),
        }
    ]


def test_a_note_never_becomes_a_name_however_frequent() -> None:
    found = catalogue(("a", "damaged", 0), ("a", "damaged", 0), ("a", "?", 0), ("a", "MUG", 2), ("b", "check", 0))
    assert found.select("item_id", "text").rows() == [("a", "MUG"), ("b", None)]


def test_a_name_of_a_sold_line_stands_before_one_of_a_line_without_price() -> None:
    found = catalogue(("a", "MUG (OLD)", 0), ("a", "MUG (OLD)", 0), ("a", "MUG", 2))
    assert found["text"].to_list() == ["MUG"]


def test_equally_frequent_names_do_not_depend_on_the_order_of_lines() -> None:
    lines = [("a", "CUP", 2.0), ("a", "MUG", 2.0), ("a", "MUG RED", 2.0)]
    assert catalogue(*lines)["text"].to_list() == catalogue(*reversed(lines))["text"].to_list() == ["MUG RED"]


def test_small_letters_are_names_where_the_shop_writes_so_and_notes_where_it_does_not() -> None:
    assert catalogue(("a", "red mug", 2), ("b", "MUG", 2))["text"].to_list() == ["red mug", "MUG"]
    many = [("b", "MUG", 2.0)] * 40
    assert catalogue(("a", "had been put aside", 2), *many)["text"].to_list() == [None, "MUG"]


@pytest.mark.parametrize(
    "text",
    ["?", "???", "damaged", "damages?", "wet/rusty", "Found", "CHECK", "thrown away", "sold as set on dotcom", "?lost"],
)
def test_remarks_of_the_stock_keeper_are_notes(text: str) -> None:
    assert is_note(text)


@pytest.mark.parametrize(
    "text",
    ["LOST IN SPACE DVD", "CHECK SHIRT", "WET WIPES", "1984", "SET", "STOCK POT", "7UP", "*USB Mirror Ball"],
)
def test_names_with_such_words_are_names(text: str) -> None:
    assert not is_note(text)


def test_a_long_row_of_digits_is_judged_at_once() -> None:
    assert not is_note("1" * 100_000 + "x")


@pytest.mark.parametrize(
    "broken, mended",
    [
        (" WHITE  MUG ", "WHITE MUG"),
        ("CAFÃ©", "CAFé"),
        ("TEA &amp; CAKE", "TEA & CAKE"),
        ("MUG\u200b\x07", "MUG"),
        ("ÃŽLE", "ÎLE"),
        ("SÃO PAULO", "SÃO PAULO"),
        (" \t", None),
    ],
)
def test_broken_text_is_mended_and_good_text_left_alone(broken: str, mended: str | None) -> None:
    assert mend(broken) == mended
