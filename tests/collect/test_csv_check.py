import gzip
from pathlib import Path

import polars as pl
import pytest

from ecrec_assets.collect.csv_check import check_csv
from ecrec_assets.collect.errors import CollectError


def _check(tmp_path: Path, text: str, name: str = "lines.csv") -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    check_csv(path, pl.scan_csv(path, infer_schema=False))


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,2\n",
        "a,b\r\n1,\r\n",
        'a,b\n"1\n2","3,4"\n',
        "a,b\n1,2\n\n3,4\n",
        "a,b\n",
        "a,b",
        "a\n1\n",
        "\ufeffa,b\n1,2",
    ],
)
def test_tables_pass(tmp_path: Path, text: str) -> None:
    _check(tmp_path, text)


@pytest.mark.parametrize("name", ["lines.csv", "lines.csv.gz"])
@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("a,b\n1,2\n3\n4,5\n", "line 3 has 1 values where the header has 2"),
        ("a,b\n1,2\n3,4\n5,6,7\n", "line 4 has 3 values where the header has 2"),
        ('a,b\n"1\n2",3\n4\n', "line 4 has 1 values where the header has 2"),
        ('a,b\n1,2\n3,"4\n5,6\n', "line 3 starts a row that cannot be parsed"),
    ],
)
def test_a_broken_row_is_named_by_its_line(tmp_path: Path, name: str, text: str, what: str) -> None:
    with pytest.raises(CollectError, match=what):
        _check(tmp_path, text, name)


def test_the_cut_last_line_of_a_long_file_is_found(tmp_path: Path) -> None:
    with pytest.raises(CollectError, match="line 300002 has 1 values"):
        _check(tmp_path, "a,b\n" + "1,2\n" * 300_000 + "1\n")


def test_a_repeated_column_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CollectError, match="has the column 'price' 2 times"):
        _check(tmp_path, "price,price\n1,2\n")


@pytest.mark.parametrize("sign", [";", "\t", "|"])
def test_another_separator_is_recognised(tmp_path: Path, sign: str) -> None:
    with pytest.raises(CollectError, match="Separate the columns with commas"):
        _check(tmp_path, f"a{sign}b\n1{sign}2\n")
