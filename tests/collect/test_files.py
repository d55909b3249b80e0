import json
from pathlib import Path

import polars as pl
import pytest

from ecrec_assets.collect import complete_journey
from ecrec_assets.collect.errors import CollectError
from ecrec_assets.collect.files import fingerprint, read_table

SCHEMA = pl.Schema({"product_id": pl.Int64, "name": pl.String, "price": pl.Float64})


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with two CSV files of one table."""
    (tmp_path / "a.csv").write_text("product_id,name,price\n1,cake,2.50\n2,tea,\n")
    (tmp_path / "b.csv").write_text("product_id,name,price\n3,ham,4\n")
    return tmp_path


@pytest.mark.parametrize("name", ["demographics", "campaign_descriptions", "coupon_redemptions"])
def test_a_real_table_survives_the_way_through_csv(tmp_path: Path, name: str) -> None:
    real = complete_journey.read(name)
    real.sink_csv(tmp_path / f"{name}.csv")
    again = read_table(tmp_path / f"{name}.csv", real.collect_schema()).collect()
    assert again["_unreadable"].null_count() == again.height
    assert again.drop("_unreadable").equals(real.collect())


def test_csv_gzip_and_parquet_give_the_same_rows(shop: Path) -> None:
    import gzip

    (shop / "packed.csv.gz").write_bytes(gzip.compress((shop / "a.csv").read_bytes()))
    plain = read_table(shop / "a.csv", SCHEMA).collect()
    assert plain.rows() == [(1, "cake", 2.5, None), (2, "tea", None, None)]
    assert read_table(shop / "packed.csv.gz", SCHEMA).collect().equals(plain)
    plain.drop("_unreadable").write_parquet(shop / "a.parquet")
    assert read_table(shop / "a.parquet", SCHEMA).collect().equals(plain.drop("_unreadable"))


def test_a_folder_and_a_pattern_are_one_table(shop: Path) -> None:
    assert read_table(shop, SCHEMA).collect()["product_id"].to_list() == [1, 2, 3]
    assert read_table(shop / "b*.csv", SCHEMA).collect()["product_id"].to_list() == [3]


def test_negative_zero_nan_and_infinite_prices_reach_the_gate(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text("product_id,name,price\n1,a,-1\n2,b,0\n3,c,NaN\n4,d,inf\n")
    frame = read_table(path, SCHEMA).collect()
    assert [str(price) for price in frame["price"]] == ["-1.0", "0.0", "nan", "inf"]
    assert frame["_unreadable"].null_count() == 4


def test_a_value_of_another_type_is_kept_beside_its_row(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text("product_id,name,price\n1,cake,2.50\nabc,tea,1 EUR\n")
    frame = read_table(path, SCHEMA).collect()
    assert frame.row(1)[:3] == (None, "tea", None)
    assert json.loads(frame["_unreadable"][1]) == {"product_id": "abc", "price": "1 EUR"}


def test_missing_renamed_and_extra_columns_are_left_for_the_gate(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text("product_id,title\n1,cake\n")
    assert read_table(path, SCHEMA).collect().columns == ["product_id", "title", "_unreadable"]


def test_a_retyped_parquet_column_keeps_its_type(tmp_path: Path) -> None:
    path = tmp_path / "prices.parquet"
    pl.DataFrame({"product_id": ["1"], "name": ["cake"], "price": [2]}).write_parquet(path)
    assert read_table(path, SCHEMA).collect_schema() == {"product_id": pl.String, "name": pl.String, "price": pl.Int64}


def test_a_header_alone_is_an_empty_table(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text("product_id,name,price\n")
    frame = read_table(path, SCHEMA).collect()
    assert frame.height == 0
    assert frame.drop("_unreadable").schema == SCHEMA


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_bytes(b"\xef\xbb\xbfproduct_id,name,price\n7,cake,1\n")
    assert read_table(path, SCHEMA).collect()["product_id"].to_list() == [7]


def test_files_of_one_table_must_agree(shop: Path) -> None:
    (shop / "c.csv").write_text("product_id,title,price\n4,jam,1\n")
    with pytest.raises(CollectError, match=r"c\.csv: has another column 'name' than a\.csv"):
        read_table(shop, SCHEMA)


def test_the_broken_file_of_a_folder_is_the_one_named(shop: Path) -> None:
    (shop / "c.csv").write_text("product_id,name,price\n4,jam\n")
    with pytest.raises(CollectError, match=r"c\.csv: line 2 has 2 values where the header has 3"):
        read_table(shop, SCHEMA)


@pytest.mark.parametrize(
    ("name", "what"),
    [("nothing.csv", "does not exist"), ("nothing*.csv", "does not exist"), ("notes.txt", "neither CSV nor Parquet")],
)
def test_a_path_without_a_table_says_so(tmp_path: Path, name: str, what: str) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(CollectError, match=what):
        read_table(tmp_path / name, SCHEMA)


def test_a_folder_without_tables_says_so(tmp_path: Path) -> None:
    with pytest.raises(CollectError, match="is a folder without tables"):
        read_table(tmp_path, SCHEMA)


def test_a_fingerprint_changes_with_any_byte_of_any_file(shop: Path) -> None:
    before = fingerprint(shop), fingerprint(shop / "a.csv")
    assert before == (fingerprint(shop), fingerprint(shop / "a.csv"))
    (shop / "b.csv").write_text("product_id,name,price\n3,ham,5\n")
    assert fingerprint(shop) != before[0]
    assert fingerprint(shop / "a.csv") == before[1]
