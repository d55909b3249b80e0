"""From a contract file to a published version: the gate and the lake together."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from ecrec_assets.contracts.gate import audit
from ecrec_assets.contracts.model import Contract
from ecrec_assets.contracts.odcs import load_contract
from ecrec_assets.lake.errors import NotPublishable
from ecrec_assets.lake.store import Lake
from ecrec_assets.lake.version import Version
from tests.lake.audits import TABLE, lines, sales

NOW = datetime(2017, 2, 1, tzinfo=UTC)
CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: raw-sales
version: 1.3.0
status: active
description: {purpose: What was sold.}
schema:
  - name: sales
    properties:
      - {name: line, logicalType: string, physicalType: String, required: true, primaryKey: true}
      - {name: week, logicalType: integer, physicalType: Int64, required: true, partitioned: true}
      - name: price
        logicalType: number
        physicalType: Float64
        quality:
          - name: price_is_not_negative
            type: custom
            dimension: accuracy
            severity: critical
            description: Nobody is paid for taking a thing.
            implementation: {type: expect_column_values_to_be_between, kwargs: {min_value: 0, mostly: 0.8}}
            customProperties: [{property: onFail, value: quarantine}]
      - {name: marker, logicalType: string, physicalType: String}
"""


@pytest.fixture
def contract(tmp_path: Path) -> Contract:
    path = tmp_path / "expectations" / f"{TABLE}.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(CONTRACT, encoding="utf-8")
    return load_contract(path, tmp_path / "expectations")


def run(lake: Lake, contract: Contract, frame: pl.LazyFrame) -> Version | Path:
    candidate = lake.stage(contract.key, frame)
    result = audit(candidate.frame, contract, run_id="run", now=NOW)
    if not result.verdict.passed:
        with pytest.raises(NotPublishable, match="price_is_not_negative"):
            lake.publish(candidate, result, inputs={}, fingerprint="print", run_id="run")
        return lake.reject(candidate, result)
    return lake.publish(candidate, result, inputs={}, fingerprint="print", run_id="run")


def test_a_contract_decides_what_is_published_what_is_set_aside_and_what_is_refused(
    tmp_path: Path, contract: Contract
) -> None:
    lake = Lake(tmp_path / "lake")
    version = run(lake, contract, sales())
    assert isinstance(version, Version) and (version.rows, version.rows_quarantined) == (15, 3)
    assert (version.contract_version, version.contract_hash) == ("1.3.0", contract.digest)
    assert lake.read(TABLE).collect_schema() == contract.schema
    quarantine = lake.quarantine(TABLE).collect()
    assert sorted(quarantine["line"]) == ["1-0", "2-0", "3-0"]
    assert quarantine["_failed_rules"].to_list() == [["price_is_not_negative"]] * 3
    assert lake.verdict(TABLE).rule("price_is_not_negative").rows_failed == 3

    refused = run(lake, contract, sales(marker="new").with_columns(price=-pl.col("price")))
    rejected = lake.rejected(TABLE)
    assert rejected and rejected.path == refused
    assert rejected.verdict.rule("price_is_not_negative").rows_failed == 15
    assert lines(rejected.frame) == lines(sales(marker="new"))
    assert lake.current(TABLE) == version and set(lake.read(TABLE).collect()["marker"]) == {"old"}
