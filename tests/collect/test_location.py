import gzip
import sqlite3
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrec_assets.collect.csv_form import form_of
from ecrec_assets.collect.errors import CollectError
from ecrec_assets.collect.location import describe, scan, scan_as

ROWS = "code,price,sold,at\n00123,1.5,2024-01-31,2024-01-31 08:00:00\n00124,2,2024-02-01,2024-02-01 09:30:00\n"


def written(folder: Path, text: str, name: str = "sales.csv", encoding: str = "utf-8") -> str:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return str(path)


def test_types_are_inferred_and_leading_zeros_stay_text(tmp_path: Path) -> None:
    frame = scan(written(tmp_path, ROWS)).collect()
    assert frame.schema == pl.Schema(
        {"code": pl.String(), "price": pl.Float64(), "sold": pl.Date(), "at": pl.Datetime("us")}
    )
    assert frame.row(0) == ("00123", 1.5, date(2024, 1, 31), datetime(2024, 1, 31, 8))


def test_one_value_in_the_last_row_keeps_a_column_text(tmp_path: Path) -> None:
    lines = "\n".join(str(i) for i in range(9_000))
    frame = scan(written(tmp_path, f"amount\n{lines}\nn/a\n")).collect()
    assert frame.schema["amount"] == pl.String()
    assert frame["amount"][-1] == "n/a"


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["31.01.2024", "01.02.2024"], date(2024, 2, 1)),
        (["31/01/2024", "01/02/2024"], date(2024, 2, 1)),
        (["01/31/2024", "01/02/2024"], date(2024, 1, 2)),
        (["2024/01/31", "2024/02/01"], date(2024, 2, 1)),
        (["31-Jan-2024", "01-Feb-2024"], date(2024, 2, 1)),
        (["1/31/2024 8:26", "1/2/2024 9:00"], datetime(2024, 1, 2, 9)),
        (["2024-01-31T08:00:00+01:00", "2024-02-01T09:00:00+02:00"], datetime(2024, 2, 1, 7)),
        (["2024-01-31T08:00:00Z", "2024-02-01T09:00:00Z"], datetime(2024, 2, 1, 9)),
    ],
)
def test_common_ways_to_write_a_day_are_read(tmp_path: Path, texts: list[str], expected: date) -> None:
    assert scan(written(tmp_path, "\n".join(["day", *texts, ""]))).collect()["day"][1] == expected


def test_a_date_that_may_be_read_two_ways_stays_text(tmp_path: Path) -> None:
    assert scan(written(tmp_path, "day\n01/02/2024\n03/04/2024\n")).collect().schema["day"] == pl.String()


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found_though_others_occur_in_values(tmp_path: Path, separator: str) -> None:
    text = separator.join(["name", "n"]) + "\n" + separator.join(['"a,b;c|d\te"', "1"]) + "\n"
    frame = scan(written(tmp_path, text)).collect()
    assert frame.rows() == [("a,b;c|d\te", 1)]


def test_a_decimal_comma_is_read_where_commas_do_not_separate(tmp_path: Path) -> None:
    frame = scan(written(tmp_path, "name;price\na;1.234,50\nb;0,99\n")).collect()
    assert frame["price"].to_list() == [1234.5, 0.99]
    assert scan(written(tmp_path, "name;n\na;1,234\nb;5,678\n")).collect().schema["n"] == pl.String()


@pytest.mark.parametrize(
    ("encoding", "text", "named"),
    [
        ("utf-8", "Müller", "UTF-8, separated by commas"),
        ("utf-8-sig", "Müller", "UTF-8 with a byte order mark, separated by commas"),
        ("cp1252", "Müller €", "Windows-1252, separated by commas"),
        ("latin-1", "Müller", "Latin-1, separated by commas"),
        ("utf-16", "Müller €", "UTF-16, separated by commas"),
    ],
)
def test_the_encoding_is_found_and_named(tmp_path: Path, encoding: str, text: str, named: str) -> None:
    location = written(tmp_path, f"name,n\n{text},1\n", encoding=encoding)
    assert scan(location).collect().rows() == [(text, 1)]
    assert str(form_of(Path(location))) == named
    assert describe(location) == f"sales.csv ({named})"


def test_gzip_in_another_encoding_is_read(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv.gz"
    path.write_bytes(gzip.compress("name;n\nMüller;1\n".encode("latin-1")))
    assert scan(str(path)).collect().rows() == [("Müller", 1)]


def test_many_files_are_typed_as_one_table(tmp_path: Path) -> None:
    for day, amount in (("1", "1"), ("2", "2.5"), ("3", "3")):
        written(tmp_path, f"amount\n{amount}\n", f"day{day}.csv")
    assert scan(str(tmp_path / "day*.csv")).collect()["amount"].to_list() == [1.0, 2.5, 3.0]
    assert scan(str(tmp_path)).collect().height == 3


def test_parquet_decimals_categories_and_zones_become_types_a_contract_can_name(tmp_path: Path) -> None:
    frame = pl.DataFrame({"price": ["1.50"], "kind": ["a"], "at": [datetime(2024, 1, 1)], "small": [1]}).with_columns(
        pl.col("price").cast(pl.Decimal(10, 2)),
        pl.col("kind").cast(pl.Categorical),
        pl.col("at").dt.replace_time_zone("Europe/Berlin"),
        pl.col("small").cast(pl.Int8),
    )
    frame.write_parquet(tmp_path / "t.parquet")
    read = scan(str(tmp_path / "t.parquet")).collect()
    assert read.schema.dtypes() == [pl.Float64(), pl.String(), pl.Datetime("us"), pl.Int32()]
    assert read.row(0) == (1.5, "a", datetime(2023, 12, 31, 23), 1)


def test_a_delta_folder_is_read(tmp_path: Path) -> None:
    pl.DataFrame({"a": [1, 2]}).write_delta(str(tmp_path / "t"))
    assert sorted(scan(str(tmp_path / "t")).collect()["a"]) == [1, 2]
    assert describe(str(tmp_path / "t")) == "the Delta table t"


def test_a_table_of_a_database_is_read(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.execute("create table orders (id integer, name text)")
        connection.execute("insert into orders values (7, 'x')")
    assert scan(f"sqlite:///{tmp_path}/shop.db#orders").collect().rows() == [(7, "x")]


def test_a_password_is_never_shown() -> None:
    with pytest.raises(CollectError) as error:
        scan("postgresql://ann:s3cret@localhost/shop")
    assert "s3cret" not in str(error.value)
    assert "names no table" in str(error.value)
    assert describe("postgresql://ann:s3cret@localhost/shop#orders") == "postgresql://localhost/shop#orders"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("a,b\n1,2\n3\n", "line 3 has 1 values where the header has 2"),
        ("a,b\n1,2\n3,4,5\n", "line 3 has 3 values where the header has 2"),
        ('a,b\n1,"2\n3,4\n', "line 2"),
        ("a,a\n1,2\n", "has the column 'a' 2 times"),
        ("a,b\n1,\0\n", "zero bytes"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(CollectError, match=said):
        scan(written(tmp_path, text))


def test_what_is_not_there_or_no_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.pdf").write_text("x")
    (tmp_path / "cut.parquet").write_bytes(b"PAR1")
    for name, said in (("no.csv", "does not exist"), ("*.csv", "matches no file"), ("notes.pdf", "neither CSV nor")):
        with pytest.raises(CollectError, match=said):
            scan(str(tmp_path / name))
    with pytest.raises(CollectError, match="damaged or no Parquet"):
        scan(str(tmp_path / "cut.parquet"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(CollectError, match="folder without tables"):
        scan(str(tmp_path / "empty"))


def test_files_with_other_columns_are_not_one_table(tmp_path: Path) -> None:
    written(tmp_path, "a,b\n1,2\n", "1.csv")
    written(tmp_path, "a,c\n1,2\n", "2.csv")
    with pytest.raises(CollectError, match=r"2\.csv: has the column c"):
        scan(str(tmp_path))


def test_with_the_types_of_a_contract_what_does_not_fit_is_kept(tmp_path: Path) -> None:
    location = written(tmp_path, "code;price;day\n007;1,5;31.01.2024\n8;2,5;30.01.2024\n", encoding="latin-1")
    schema = pl.Schema({"code": pl.Int64(), "price": pl.Float64(), "day": pl.Date()})
    frame = scan_as(location, schema).collect()
    assert frame.drop("_unreadable").rows() == [(7, 1.5, date(2024, 1, 31)), (8, 2.5, date(2024, 1, 30))]
    assert frame["_unreadable"].null_count() == 2
    broken = scan_as(written(tmp_path, "code\n7\nx\n", "b.csv"), schema).collect()
    assert broken.rows() == [(7, None), (None, '{"code": "x"}')]


@given(st.lists(st.integers(-(10**12), 10**12), min_size=1), st.booleans())
def test_any_whole_numbers_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, numbers: list[int], quoted: bool
) -> None:
    folder = tmp_path_factory.mktemp("numbers")
    lines = [f'"{number}"' if quoted else str(number) for number in numbers]
    assert scan(written(folder, "\n".join(["n", *lines, ""]))).collect()["n"].to_list() == numbers
