import os
from pathlib import Path

import polars as pl
import pytest

from ecrec_assets.collect import complete_journey
from ecrec_assets.collect.errors import CollectError
from ecrec_assets.components.landing import run_requests, snapshot
from ecrec_assets.components.main_job import REFRESH_JOB, WEEKS_JOB
from ecrec_assets.components.source import read_source, source_state
from ecrec_assets.settings import get_settings


@pytest.fixture
def landing(home: Path) -> Path:
    folder = home / "landing"
    (folder / "transactions").mkdir(parents=True)
    return folder


@pytest.fixture(scope="module")
def lines() -> pl.DataFrame:
    return complete_journey.read("transactions").filter(pl.col("week").is_in([7, 8])).head(400).collect()


def test_an_empty_landing_folder_asks_for_nothing(landing: Path) -> None:
    assert run_requests(None, snapshot()) == []


def test_new_lines_ask_for_their_weeks_and_then_for_what_reads_them(landing: Path, lines: pl.DataFrame) -> None:
    lines.write_csv(landing / "transactions" / "2017-02-08.csv")
    requests = run_requests(None, snapshot())
    assert [(request.job_name, request.partition_key) for request in requests] == [
        (WEEKS_JOB, "2017-02-06"),
        (REFRESH_JOB, None),
    ]


def test_a_file_seen_before_asks_for_nothing_until_it_changes(landing: Path, lines: pl.DataFrame) -> None:
    path = landing / "transactions" / "late.parquet"
    lines.write_parquet(path)
    cursor = snapshot().to_cursor()
    assert run_requests(cursor, snapshot()) == []
    os.utime(path, (1, 1))
    assert [request.job_name for request in run_requests(cursor, snapshot())] == [WEEKS_JOB, REFRESH_JOB]


def test_a_file_that_cannot_be_read_still_asks_for_a_run_which_says_why(landing: Path) -> None:
    (landing / "transactions" / "broken.parquet").write_bytes(b"PAR1 not really")
    assert [request.job_name for request in run_requests(None, snapshot())] == [WEEKS_JOB, REFRESH_JOB]


def test_landed_rows_come_after_those_of_the_source_and_change_its_state(landing: Path, lines: pl.DataFrame) -> None:
    before = source_state("transactions")
    rows = read_source("transactions").select(pl.len()).collect().item()
    lines.head(3).write_parquet(landing / "transactions" / "more.parquet")
    assert read_source("transactions").select(pl.len()).collect().item() == rows + 3
    assert source_state("transactions") != before


def test_a_landed_file_without_a_column_is_refused_by_name(landing: Path, lines: pl.DataFrame) -> None:
    lines.drop("coupon_disc").write_parquet(landing / "transactions" / "short.parquet")
    with pytest.raises(CollectError, match=r"short\.parquet: columns coupon_disc are missing"):
        read_source("transactions")


def test_a_source_folder_without_the_table_is_refused_with_the_way_out(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECREC_SOURCE", str(tmp_path))
    get_settings.cache_clear()
    with pytest.raises(CollectError, match="there is no products"):
        read_source("products")
