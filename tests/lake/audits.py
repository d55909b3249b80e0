"""Audits made by hand, so that the lake is tested without Great Expectations."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from itertools import count

import polars as pl

from ecrec_assets.lake.candidate import Candidate
from ecrec_assets.lake.store import Lake
from ecrec_assets.lake.version import Partition, Version
from ecrec_assets.verdict import Audit, RuleResult, Split, Verdict

TABLE = "raw/sales"
NOTHING = pl.lit(False)
NEGATIVE = pl.col("price") < 0

_ticks = count()


def sales(weeks: range = range(1, 4), *, marker: str = "old") -> pl.LazyFrame:
    """Six lines a week, one of them with a negative price."""
    return pl.LazyFrame(
        [
            {"line": f"{week}-{line}", "week": week, "price": float(line) - 0.5, "marker": marker}
            for week in weeks
            for line in range(6)
        ],
        schema={"line": pl.String, "week": pl.Int64, "price": pl.Float64, "marker": pl.String},
    )


def audited(candidate: Candidate, bad: pl.Expr = NEGATIVE, *, passed: bool = True, version: str = "1.0.0") -> Audit:
    """Rows where `bad` holds go to quarantine."""
    is_bad = bad.fill_null(False)
    clean = candidate.frame.filter(~is_bad).drop("_mended", strict=False)
    failed = candidate.frame.filter(is_bad).with_columns(pl.lit(["price_is_positive"]).alias("_failed_rules"))
    rows_failed = failed.select(pl.len()).collect().item()
    rule = RuleResult(
        name="price_is_positive",
        expectation="expect_column_values_to_be_between",
        columns=("price",),
        dimension="accuracy",
        severity="critical",
        on_fail="quarantine",
        reason="Nobody is paid for taking a thing.",
        limit="at least 0, 80 % of rows",
        passed=passed,
        rows_checked=candidate.rows,
        rows_failed=rows_failed,
    )
    verdict = Verdict(
        id=uuid.uuid4().hex,
        contract=candidate.table,
        contract_version=version,
        contract_hash=f"hash of {version}",
        created_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=next(_ticks)),
        rows_in=candidate.rows,
        rows_quarantined=rows_failed,
        rules=(rule,),
        run_id="run",
    )
    return Audit(verdict, Split(clean, failed))


def publish(
    lake: Lake,
    frame: pl.LazyFrame,
    bad: pl.Expr = NEGATIVE,
    *,
    partition: Partition | None = None,
    fingerprint: str = "print",
    table: str = TABLE,
    version: str = "1.0.0",
) -> Version:
    """Stage, audit, publish."""
    candidate = lake.stage(table, frame)
    return lake.publish(
        candidate,
        audited(candidate, bad, version=version),
        inputs={"raw/products": 4},
        fingerprint=fingerprint,
        run_id="run",
        partition=partition,
    )


def lines(frame: pl.LazyFrame) -> list[str]:
    """The lines in a frame with their marker, sorted."""
    return sorted(frame.select(pl.col("line") + " " + pl.col("marker")).collect().to_series())
