from __future__ import annotations

import sqlite3
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from ecrec_assets.collect.errors import CollectError
from ecrec_assets.collect.sql import Between, extent, read_sql
from ecrec_assets.collect.sql_names import parts_of, shown
from ecrec_assets.collect.sql_types import numeric, series

ROWS = 250


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("sql") / "shop.db"
    with sqlite3.connect(path) as database:
        database.execute(
            'CREATE TABLE "my lines" (id INTEGER, price NUMERIC(10,2), sold TIMESTAMP, day DATE, paid BOOLEAN,'
            ' note TEXT, "a ""b"" c" TEXT, raw BLOB)'
        )
        rows = (
            (
                i,
                i * 1.25,
                f"2020-03-0{1 + i % 5} 08:00:00",
                f"2020-03-0{1 + i % 5}",
                i % 2,
                None if i % 3 else "ü",
                "q",
                b"\0",
            )
            for i in range(ROWS)
        )
        database.executemany('INSERT INTO "my lines" VALUES (?, ?, ?, ?, ?, ?, ?, ?)', rows)
        database.execute("CREATE TABLE bad (id INTEGER)")
        database.execute("INSERT INTO bad VALUES (1), ('two')")
        database.execute('CREATE VIEW cheap AS SELECT id, price FROM "my lines" WHERE price < 5')
    return f"sqlite:///{path}"


def test_a_table_is_read_with_its_types(url: str) -> None:
    frame = read_sql(url, table="my lines")
    assert frame.collect_schema() == {
        "id": pl.Int64,
        "price": pl.Float64,
        "sold": pl.Datetime("us"),
        "day": pl.Date,
        "paid": pl.Boolean,
        "note": pl.String,
        'a "b" c': pl.String,
        "raw": pl.Binary,
    }
    found = frame.sort("id").collect()
    assert found.height == ROWS
    assert found.row(3) == (3, 3.75, datetime(2020, 3, 4, 8), date(2020, 3, 4), True, "ü", "q", b"\0")


def test_only_what_is_used_is_asked_for(url: str) -> None:
    frame = read_sql(url, table="my lines")
    assert frame.select("id").filter(pl.col("id") > 247).collect()["id"].sort().to_list() == [248, 249]
    assert frame.head(3).collect().height == 3
    assert frame.select(pl.len()).collect().item() == ROWS


def test_a_day_reads_only_a_day(url: str) -> None:
    frame = read_sql(url, table="my lines", where=Between("sold", datetime(2020, 3, 2), datetime(2020, 3, 3)))
    assert frame.select(pl.col("day").unique()).collect().to_series().to_list() == [date(2020, 3, 2)]
    assert extent(url, "sold", table="my lines") == (datetime(2020, 3, 1, 8), datetime(2020, 3, 5, 8))


def test_a_query_and_a_view_are_tables_too(url: str) -> None:
    query = "SELECT id, price * 2 AS twice, ':x %s' AS sign FROM \"my lines\" WHERE id < 2;"
    assert read_sql(url, query=query).sort("id").collect().rows() == [(0, 0.0, ":x %s"), (1, 2.5, ":x %s")]
    assert read_sql(url, table="cheap").collect().height == 4


def test_a_collect_reads_anew(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE t (id INTEGER)")
    frame = read_sql(f"sqlite:///{path}", table="t")
    assert frame.collect().height == 0
    with sqlite3.connect(path) as database:
        database.execute("INSERT INTO t VALUES (1)")
    assert frame.collect()["id"].to_list() == [1]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"table": "my line"}, "has no table 'my line'. Do you mean 'my lines'?"),
        ({"table": "a.b.c"}, "'a.b.c' is no table name"),
        ({"table": 'bad"; DROP TABLE bad; --'}, "is no table name"),
        ({"query": "SELECT nope FROM bad"}, "no such column: nope"),
        ({"query": "DELETE FROM bad"}, "refuses the statement"),
        ({"query": "SELECT 1; DROP TABLE bad"}, "the query has a ';' inside. Give one SELECT."),
    ],
)
def test_what_cannot_be_read_is_told(url: str, asked: dict[str, str], said: str) -> None:
    with pytest.raises(CollectError) as caught:
        read_sql(url, **asked)
    assert said in str(caught.value)
    assert read_sql(url, table="cheap").collect().height == 4


def test_a_value_that_is_not_of_its_columns_type_is_named(url: str) -> None:
    with pytest.raises(CollectError, match="column 'id' has a value that is no Int64"):
        read_sql(url, table="bad").collect()


def test_nothing_can_be_written(url: str) -> None:
    from ecrec_assets.collect.sql_connection import connection

    with connection(url) as opened, pytest.raises(Exception, match="readonly database"):
        opened.exec_driver_sql("DELETE FROM bad")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("sqlite:////nowhere/shop.db", "there is no such SQLite file"),
        ("nonsense", "is no database address"),
        ("nosuch://me:tops3cret@host/db", "needs a driver that is not installed"),
        ("postgresql://me:tops3cret@127.0.0.1:1/db", "does not answer"),
        ("postgresql://me:tops3cret@127.0.0.1:port/db", "is no database address"),
    ],
)
def test_an_address_that_leads_nowhere_is_told_without_its_password(address: str, said: str) -> None:
    with pytest.raises(CollectError) as caught:
        read_sql(address, table="t")
    assert said in str(caught.value) and "tops3cret" not in str(caught.value)


def test_names_are_parted_at_the_point_unless_quoted() -> None:
    assert parts_of("lines") == (None, "lines")
    assert parts_of("public.lines") == ("public", "lines")
    assert parts_of('"My.Schema"."Lines 2"') == ("My.Schema", "Lines 2")
    assert shown("postgresql://me:p@ss@host:5/db?sslmode=require") == "postgresql://host:5/db"


@pytest.mark.parametrize("value", ["0.12345678901", "NaN", "Infinity"])
def test_a_number_without_an_exact_form_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="has no exact form with 10 digits"):
        series("price", [Decimal(value)], numeric(None, None))
    assert series("price", [Decimal("0.1"), None], numeric(5, 2)).to_list() == [Decimal("0.10"), None]
