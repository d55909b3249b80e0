"""A small shop of one source, its files written by the test, run as `ecrec run` and the sensor would."""

import csv
import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from ecrec_assets.components.catalogue import contracts
from ecrec_assets.components.partitions import period_of, range_tags
from ecrec_assets.components.shop_graph import shop_definitions
from ecrec_assets.lake.store import Lake
from ecrec_assets.settings import get_settings
from ecrec_assets.shop.load import load_shop

CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: raw-lines
version: 1.0.0
status: active
description: {purpose: What the till sold.}
customProperties: [{property: owner, value: data-engineering}, {property: quarantineLimit, value: 0.6}]
schema:
  - name: lines
    properties:
      - {name: bill, logicalType: string, physicalType: String, required: true}
      - {name: item, logicalType: string, physicalType: String, required: true}
      - {name: pieces, logicalType: integer, physicalType: Int64}
      - {name: sold, logicalType: timestamp, physicalType: Datetime, required: true}
    quality:
      - name: no_line_twice
        type: custom
        engine: greatExpectations
        dimension: uniqueness
        severity: critical
        description: A line that stands twice in one file was exported twice.
        implementation: {type: expect_rows_to_be_distinct, kwargs: {mostly: 0.1}}
        customProperties: [{property: onFail, value: quarantine}]
"""
SHOP = """
name: till
timezone: Europe/London
sources:
  lines:
    files: "data/*.csv"
    partition: {by: day, column: sold, first: 2020-03-01, last: 2020-03-10}
    schedule: "0 5 * * *"
    late: 2
"""
HEADER = ("bill", "item", "pieces", "sold")
Line = tuple[str, str, object, str]


def line(day: int, bill: str, item: str = "tea", pieces: object = 1, hour: int = 9) -> Line:
    return (bill, item, pieces, f"2020-03-{day:02} {hour:02}:00:00")


class Till:
    """The shop in `folder`; every change of the file or its contracts is seen by the next call."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        (folder / "data").mkdir(parents=True)
        (folder / "contracts" / "raw").mkdir(parents=True)
        (folder / "contracts" / "raw" / "lines.yaml").write_text(CONTRACT)
        (folder / "ecrec.yaml").write_text(SHOP)
        monkeypatch.setenv("ECREC_SHOP", str(folder))
        self.forget()
        self.instance = dg.DagsterInstance.ephemeral()

    def forget(self) -> None:
        get_settings.cache_clear()
        contracts.cache_clear()

    def settle(self, **keys: str) -> None:
        """Adds keys to the source."""
        added = "".join(f"    {key}: {value}\n" for key, value in keys.items())
        (self.folder / "ecrec.yaml").write_text(SHOP + added)
        self.forget()

    def deliver(self, name: str, lines: Iterable[Line], header: tuple[str, ...] = HEADER, age: int = 0) -> Path:
        """Writes a file, `age` seconds old."""
        path = self.folder / "data" / name
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *lines])
        stamp = 1_600_000_000 - age
        os.utime(path, (stamp, stamp))
        return path

    @property
    def lake(self) -> Lake:
        return Lake(get_settings().lake)

    def run(self, first: int, last: int | None = None, *, check: bool = True) -> dg.ExecuteInProcessResult:
        """Loads days of March."""
        days = [period_of(date(2020, 3, day).isoformat()) for day in (first, last or first)]
        job = shop_definitions(load_shop(self.folder)).resolve_job_def("collect_lines")
        done = job.execute_in_process(instance=self.instance, tags=range_tags(*days), raise_on_error=False)
        assert done.success or not check, [event.message for event in done.all_events if event.is_failure]
        return done

    def rows(self) -> list[str]:
        """Published lines as `day bill item`, sorted."""
        found = self.lake.read("raw/lines").select(pl.format("{} {} {}", pl.col("sold").dt.day(), "bill", "item"))
        return sorted(found.collect().to_series())

    def kept(self) -> list[str]:
        """Quarantined lines as `bill rules`, sorted."""
        rules = pl.col("_failed_rules").list.join("+")
        return sorted(self.lake.quarantine("raw/lines").select(pl.format("{} {}", "bill", rules)).collect().to_series())


def failure(done: dg.ExecuteInProcessResult) -> str:
    """What the failed asset said."""
    data = next(event for event in done.all_events if event.is_step_failure).step_failure_data
    error = data.error
    while error.cause is not None:
        error = error.cause
    return data.user_failure_data.description if data.user_failure_data else error.message


def remarks(done: dg.ExecuteInProcessResult) -> str:
    """What the check of the delivery says; empty when it passed."""
    found = [each for each in done.get_asset_check_evaluations() if each.check_name == "every_file_is_read"]
    return "" if found[-1].passed else found[-1].description or ""
