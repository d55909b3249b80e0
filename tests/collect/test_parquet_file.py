from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from ecrec_assets.collect.errors import CollectError
from ecrec_assets.collect.parquet_file import scan_checked

PLENTY = 10**9


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "lines.parquet"
    pl.DataFrame({"id": range(50_000), "name": [f"product {i}" for i in range(50_000)]}).write_parquet(path)
    return path


def test_a_whole_file_is_read(written: Path) -> None:
    assert scan_checked(written, max_bytes=PLENTY).select(pl.col("id").sum()).collect().item() == 1_249_975_000


@pytest.mark.parametrize("keep", [0.5, 0.999])
def test_a_truncated_file_is_named_with_the_way_out(written: Path, keep: float) -> None:
    content = written.read_bytes()
    written.write_bytes(content[: int(len(content) * keep)])
    with pytest.raises(CollectError, match=r"lines\.parquet: is cut off, damaged .*\. Write it again"):
        scan_checked(written, max_bytes=PLENTY)


def test_damaged_pages_are_found_before_they_are_used(written: Path) -> None:
    content = bytearray(written.read_bytes())
    pages = slice(100, len(content) - 4_000)  # the footer is whole: only reading the rows can show it
    content[pages] = b"\xff" * len(content[pages])
    written.write_bytes(bytes(content))
    with pytest.raises(CollectError, match="damaged"):
        scan_checked(written, max_bytes=PLENTY)


@pytest.mark.parametrize(("content", "what"), [(b"", "is empty"), (b"id,name\n1,cake\n", "no Parquet file")])
def test_what_is_no_parquet_file_is_refused(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "lines.parquet"
    path.write_bytes(content)
    with pytest.raises(CollectError, match=what):
        scan_checked(path, max_bytes=PLENTY)


def test_a_small_file_cannot_unpack_without_limit(tmp_path: Path) -> None:
    path = tmp_path / "bomb.parquet"
    pl.select(x=pl.repeat(1, 5_000_000, dtype=pl.Int64), y=pl.repeat("a", 5_000_000)).write_parquet(path)
    assert path.stat().st_size < 100_000
    with pytest.raises(CollectError, match="unpacks to 5,000,000 rows of 24 bytes, more than 100,000,000 bytes"):
        scan_checked(path, max_bytes=100_000_000)
    assert scan_checked(path, max_bytes=120_000_000).select(pl.len()).collect().item() == 5_000_000


def test_times_become_microseconds_and_other_types_stay(tmp_path: Path) -> None:
    path = tmp_path / "lines.parquet"
    times = pl.Series("at", [datetime(2017, 1, 1)], dtype=pl.Datetime("ns"))
    pl.DataFrame({"at": times, "week": pl.Series([1], dtype=pl.Int8)}).write_parquet(path)
    assert scan_checked(path, max_bytes=PLENTY).collect_schema() == {"at": pl.Datetime("us"), "week": pl.Int8()}
