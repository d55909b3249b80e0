"""The example shop on its real files: 305 days of a UK web shop."""

import shutil
import time
from pathlib import Path

import dagster as dg
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from ecrec_assets.components.catalogue import contracts
from ecrec_assets.components.partitions import range_tags
from ecrec_assets.components.shop_automation import file_requests
from ecrec_assets.components.shop_jobs import changed_span
from ecrec_assets.components.shop_sources import source_assets
from ecrec_assets.lake.store import Lake
from ecrec_assets.lake.version import day_of
from ecrec_assets.settings import PROJECT, get_settings
from ecrec_assets.shop.load import load_shop

EXAMPLE = PROJECT / "docs" / "examples" / "online_retail"
DATA = PROJECT.parent / "shared" / "data" / "online_retail"
COLUMNS = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"]
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the 305 files of Online Retail are not in {DATA}")


@pytest.fixture
def folder(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the example without data."""
    copied = Path(shutil.copytree(EXAMPLE, tmp_path / "shop"))
    (copied / "data").mkdir()
    monkeypatch.setenv("ECREC_SHOP", str(copied))
    forget()
    return copied


def forget() -> None:
    get_settings.cache_clear()
    contracts.cache_clear()


def load(folder: Path, first: int, last: int) -> None:
    assets = source_assets(load_shop(folder))
    with dg.DagsterInstance.ephemeral() as instance:
        assert dg.materialize(assets, instance=instance, tags=range_tags(first, last)).success


def lines() -> pl.DataFrame:
    """Published and quarantined lines, sorted."""
    lake = Lake(get_settings().lake)
    both = [lake.read("raw/lines").with_columns(out=False), lake.quarantine("raw/lines").with_columns(out=True)]
    return pl.concat([frame.select(*COLUMNS, "out") for frame in both]).sort(*COLUMNS, "out", nulls_last=True).collect()


def test_days_one_by_one_and_sent_again_give_what_one_run_gives(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in sorted(DATA.glob("*.csv"))[:4]:
        shutil.copy(path, folder / "data")
    first, last = changed_span(load_shop(folder), "lines")
    assert (str(day_of(first)), str(day_of(last))) == ("2010-12-01", "2010-12-05")
    load(folder, first, last)
    whole = lines()
    assert whole.height == sum(pl.read_csv(path, infer_schema=False).height for path in (folder / "data").iterdir())
    assert whole["out"].sum() > 0
    monkeypatch.setenv("ECREC_HOME", str(tmp_path / "daily"))
    forget()
    for day in range(last, first - 1, -1):
        load(folder, day, day)
    assert_frame_equal(lines(), whole)
    shutil.copy(folder / "data" / "2010-12-02.csv", folder / "data" / "copy of 2010-12-02.csv")
    assert [each for each in file_requests(load_shop(folder), "lines") if isinstance(each, dg.RunRequest)] == []
    texts = [
        path.read_text(encoding="utf-8").splitlines(keepends=True) for path in sorted((folder / "data").glob("2010*"))
    ]
    (folder / "data" / "again.csv").write_text("".join([*texts[1][:900], *texts[2][1:500]]), encoding="utf-8")
    (request,) = file_requests(load_shop(folder), "lines")
    assert isinstance(request, dg.RunRequest) and request.tags == range_tags(first + 1, first + 2)
    load(folder, first, last)
    assert Lake(get_settings().lake).require("raw/lines").number == 4, "four days with lines, then two of them again"
    assert_frame_equal(lines(), whole)


@pytest.mark.full
def test_the_whole_year_is_loaded_in_one_run_and_every_line_is_there(folder: Path) -> None:
    (folder / "data").rmdir()
    (folder / "data").symlink_to(DATA)
    started = time.monotonic()
    first, last = changed_span(load_shop(folder), "lines")
    load(folder, first, last)
    assert time.monotonic() - started < 120
    version = Lake(get_settings().lake).require("raw/lines")
    assert version.rows + version.rows_quarantined == lines().height == 541_909
    assert sum(part.rows + part.rows_quarantined > 0 for part in version.parts) == 305 and len(version.parts) == 374
