"""A shop whose lines stand in a real Postgres database."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from ecrec_assets.collect.errors import CollectError
from ecrec_assets.collect.sql import Between, extent, read_sql
from ecrec_assets.components.shop_jobs import changed_span
from ecrec_assets.lake.version import day_of
from ecrec_assets.shop.load import load_shop
from tests.components.till import Till, failure
from tests.deploy.postgres import USER, Server, binaries, postgres

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(binaries() is None, reason="no Postgres server; 'make test-postgres' installs one"),
]
PASSWORD = "not-to-be-shown"
COLUMNS = {
    "id": ("int", "1", pl.Int64(), 1),
    "big": ("bigint", "9007199254740993", pl.Int64(), 9007199254740993),
    "small": ("smallint", "2", pl.Int64(), 2),
    "price": ("numeric(12,2)", "12345678.91", pl.Decimal(12, 2), Decimal("12345678.91")),
    "free": ("numeric", "0.1", pl.Decimal(38, 10), Decimal("0.1")),
    "share": ("double precision", "0.1", pl.Float64(), 0.1),
    "local": ("timestamp", "'2020-03-01 08:26'", pl.Datetime("us"), datetime(2020, 3, 1, 8, 26)),
    "moment": (
        "timestamptz",
        "'2020-03-01 08:26+02'",
        pl.Datetime("us", "UTC"),
        datetime(2020, 3, 1, 6, 26, tzinfo=UTC),
    ),
    "day": ("date", "'2020-03-01'", pl.Date(), date(2020, 3, 1)),
    "paid": ("boolean", "true", pl.Boolean(), True),
    "note": ("text", "'ü'", pl.String(), "ü"),
    "plain": ("json", """'{"a":1}'""", pl.String(), '{"a": 1}'),
    "binary_json": ("jsonb", "'[1]'", pl.String(), "[1]"),
    "key": ("uuid", "'00000000-0000-0000-0000-000000000001'", pl.String(), "00000000-0000-0000-0000-000000000001"),
    "raw": ("bytea", r"'\x00ff'", pl.Binary(), b"\x00\xff"),
}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres(PASSWORD) as running:
        declared = ", ".join(f'"{name}" {kind}' for name, (kind, *_) in COLUMNS.items())
        values = ", ".join(value for _, value, *_ in COLUMNS.values())
        running.query("postgres", "CREATE SCHEMA shop")
        running.query("postgres", f'CREATE TABLE shop."All Types" ({declared})')
        running.query("postgres", f'INSERT INTO shop."All Types" VALUES ({values})')
        running.query("postgres", 'INSERT INTO shop."All Types" DEFAULT VALUES')
        yield running


@pytest.fixture
def url(server: Server) -> str:
    return f"postgresql://{USER}:{PASSWORD}@127.0.0.1:{server.port}/postgres"


def test_every_type_arrives_as_it_is_by_table_and_by_query(url: str) -> None:
    table = read_sql(url, table="shop.All Types")
    query = read_sql(url, query="SELECT * FROM shop.\"All Types\" WHERE note LIKE '%' OR note IS NULL")
    assert table.collect_schema() == query.collect_schema() == {name: kind[2] for name, kind in COLUMNS.items()}
    for frame in (table, query):
        first = frame.sort("id", nulls_last=True).collect()
        assert first.row(0) == tuple(kind[3] for kind in COLUMNS.values())
        assert first.row(1) == (None,) * len(COLUMNS)


def test_nothing_can_be_written_or_left_open(server: Server, url: str) -> None:
    for query in (
        'DELETE FROM shop."All Types" RETURNING id',
        'WITH gone AS (DELETE FROM shop."All Types" RETURNING *) SELECT * FROM gone',
        'SELECT 1) x; COMMIT; DROP TABLE shop."All Types"; SELECT * FROM (SELECT 1',
        "SELECT setval('no_such', 1)",
    ):
        with pytest.raises(CollectError) as caught:
            read_sql(url, query=query).collect()
        assert PASSWORD not in str(caught.value)
    assert server.query("postgres", 'SELECT count(*) FROM shop."All Types"') == [(2,)]
    open_ = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'postgres' AND pid <> pg_backend_pid()"
    assert server.query("postgres", open_) == [(0,)]


def test_what_is_wrong_with_address_or_name_is_told_without_the_password(url: str) -> None:
    for address, table, said in (
        (url.replace(PASSWORD, "wrong-word"), "x", "password authentication failed"),
        (url.replace("/postgres", "/nowhere"), "x", 'database "nowhere" does not exist'),
        (url, "shop.all types", "Do you mean 'All Types'?"),
        (url, "public.lines", "has no table 'public.lines'. There are no tables."),
    ):
        with pytest.raises(CollectError) as caught:
            read_sql(address, table=table)
        assert said in str(caught.value)
        assert PASSWORD not in str(caught.value) and "wrong-word" not in str(caught.value)


def test_a_million_rows_stream_and_a_day_of_them_is_read_by_the_index(server: Server, url: str, tmp_path: Path) -> None:
    server.query(
        "postgres",
        "CREATE TABLE big AS SELECT i AS id, timestamp '2020-01-01' + i * interval '10 seconds' AS sold,"
        " md5(i::text) AS code FROM generate_series(0, 999999) i",
    )
    server.query("postgres", "CREATE INDEX ON big (sold)")
    read_sql(url, table="big").sink_parquet(tmp_path / "big.parquet")
    assert pl.scan_parquet(tmp_path / "big.parquet").select(pl.len(), pl.col("id").sum()).collect().row(0) == (
        1_000_000,
        499_999_500_000,
    )
    started = time.monotonic()
    day = read_sql(url, table="big", where=Between("sold", datetime(2020, 2, 1), datetime(2020, 2, 2))).collect()
    assert day.height == 8640 and time.monotonic() - started < 5
    assert extent(url, "sold", table="big") == (datetime(2020, 1, 1), datetime(2020, 4, 25, 17, 46, 30))


def test_a_shop_loads_its_days_from_postgres_and_again_only_what_has_changed(
    server: Server, url: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    till = Till(tmp_path / "till", monkeypatch)
    file = till.folder / "ecrec.yaml"
    file.write_text(file.read_text().replace('files: "data/*.csv"', 'sql: {url: "${SHOP_DB}", table: shop.lines}'))
    till.forget()
    assert "environment variable SHOP_DB is not set" in failure(till.run(1, check=False))
    monkeypatch.setenv("SHOP_DB", url)
    server.query(
        "postgres", "CREATE TABLE shop.lines (bill text, item varchar(9), pieces int, sold timestamptz, till int)"
    )
    server.query(
        "postgres",
        "INSERT INTO shop.lines VALUES ('a', 'tea', 1, '2020-03-01 09:00+00'), ('b', 'jam', 2, '2020-03-01 23:59+00'),"
        " ('c', 'tea', 1, '2020-03-02 00:00+00'), ('d', 'tea', null, '2020-03-04 12:00+00'), ('lost', 'tea', 1, null)",
    )
    assert [str(day_of(day)) for day in changed_span(load_shop(till.folder), "lines")] == ["2020-03-01", "2020-03-04"]
    till.run(1, 4)
    assert till.rows() == ["1 a tea", "1 b jam", "2 c tea", "4 d tea"] and till.kept() == ["lost sold_is_present"]
    till.run(1, 4)
    assert till.lake.require("raw/lines").number == 0, "nothing has changed"
    server.query("postgres", "INSERT INTO shop.lines VALUES ('late', 'tea', 1, '2020-03-02 10:00+00')")
    till.run(2, 4)
    version = till.lake.require("raw/lines")
    assert (version.number, str(version.partition)) == (1, "day 2020-03-02")
    assert till.rows() == ["1 a tea", "1 b jam", "2 c tea", "2 late tea", "4 d tea"]
    kept = "".join(path.read_text(errors="replace") for path in home.rglob("*") if path.is_file())
    assert PASSWORD not in kept
