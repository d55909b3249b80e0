"""The gate: one contract against one candidate. It says which rules hold, and parts the rows."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from ecrec_assets.contracts.breakdown import Broken, Sampler, counts_by_part
from ecrec_assets.contracts.context import open_context
from ecrec_assets.contracts.derived import UNREADABLE
from ecrec_assets.contracts.engine.compilers.tables import schema_difference
from ecrec_assets.contracts.engine.split import failing_rows, part
from ecrec_assets.contracts.engine.table import Table
from ecrec_assets.contracts.model import Contract
from ecrec_assets.contracts.report import show
from ecrec_assets.contracts.results import rule_result
from ecrec_assets.contracts.suite import build_suite
from ecrec_assets.contracts.validation import Validation, validate
from ecrec_assets.verdict import MENDED, PERIOD, Audit, RuleResult, Split, Verdict


class RowsLost(RuntimeError):
    """Rows in are not rows out: the candidate gives other rows each time it is read, or the gate has a fault."""


def audit(
    frame: pl.LazyFrame,
    contract: Contract,
    *,
    references: Mapping[str, pl.LazyFrame] | None = None,
    run_id: str = "",
    now: datetime,
    reports: Path | None = None,
    partition: str = "",
    model_run: str = "",
) -> Audit:
    """Runs the contract's suite once and parts the rows. `frame` has to give the same rows in the same order each time.

    `references` are the published tables that foreign keys point to, by contract key; `now` is the time of the audit;
    below `reports` the result is kept and shown as a page (None: it is not). `partition` says what the candidate is
    for, `model_run` is the address of the MLflow run it measures. RowsLost if the two sides do not add up.
    """
    own = {contract.key: contract.schema.to_frame().lazy()}  # a first version has nothing of its own to compare with
    table = candidate(frame, contract, own | dict(references or {}), now)
    built = build_suite(contract)
    context, identity = open_context(reports), verdict_id(now)
    validation = validate(table, built.suite, context=context, run=identity, now=now)
    rules = tuple(rule_result(rule, validation, built.refused) for rule in contract.rules)
    split, failing = _split(table, validation, rules, unreadable=UNREADABLE in frame.collect_schema())
    rows_in, quarantined = _counted(table, split, failing.rows.height)
    broken = [failing, _only_counted(table, validation, rules)]
    parted_by = PERIOD if PERIOD in table.schema else contract.partition_by
    verdict = Verdict(
        id=identity,
        contract=contract.key,
        contract_version=contract.version,
        contract_hash=contract.digest,
        created_at=now,
        rows_in=rows_in,
        rows_quarantined=quarantined,
        rules=rules,
        run_id=run_id,
        partition=partition,
        parts=counts_by_part(table, parted_by, broken),
        model_run=model_run,
    )
    if reports is not None:
        columns = (column.name for column in contract.columns)
        sample = Sampler(table, parted_by, columns, {rule.name: rule.columns for rule in rules})
        show(verdict, validation.results, reports, sample(broken))
    return Audit(verdict, split)


def candidate(
    frame: pl.LazyFrame, contract: Contract, references: Mapping[str, pl.LazyFrame], now: datetime | None
) -> Table:
    """The frame with what the contract says of its columns: which are not to be read, which not to be shown."""
    if UNREADABLE not in frame.collect_schema():
        frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias(UNREADABLE))
    private = {column.name for column in contract.columns if column.classification not in ("", "public")}
    table = Table(
        frame,
        references,
        private=frozenset({*private, UNREADABLE}),
        hidden=frozenset({UNREADABLE, MENDED, PERIOD}),
        now=now,
    )
    table.withheld = withheld(table.visible, contract)
    return table


def withheld(found: Mapping[str, pl.DataType], contract: Contract) -> dict[str, str]:
    """The columns that are missing or of another type, with the sentence that says so."""
    difference = schema_difference(dict(found), {column.name: str(column.dtype) for column in contract.columns})
    renamed = difference.get("renamed", {})
    missing = {
        name: f"column {name} is missing" + (f"; is it called {renamed[name]} now?" if name in renamed else "")
        for name in difference.get("missing", ())
    }
    return missing | {name: f"column {name} is {types}" for name, types in difference.get("retyped", {}).items()}


def verdict_id(now: datetime) -> str:
    """Sorts by time; the random part tells audits of the same moment apart."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%S%fZ}-{secrets.token_hex(4)}"


def _split(
    table: Table, validation: Validation, rules: tuple[RuleResult, ...], *, unreadable: bool
) -> tuple[Split, Broken]:
    failed = [rule.name for rule in rules if rule.on_fail == "quarantine" and rule.rows_failed and not rule.error]
    masks = {name: validation.mask(name) for name in failed}
    failing = failing_rows(table, masks)
    split = part(table, failing, failed)
    quarantined = split.quarantined if unreadable else split.quarantined.drop(UNREADABLE)
    return Split(split.clean.drop(UNREADABLE, MENDED, strict=False), quarantined), Broken(tuple(failed), failing)


def _only_counted(table: Table, validation: Validation, rules: tuple[RuleResult, ...]) -> Broken:
    """The failing rows of rules that part no rows."""
    counted = [rule.name for rule in rules if rule.on_fail != "quarantine" and rule.rows_failed and not rule.error]
    failed = [name for name in counted if validation.has_mask(name)]
    return Broken(tuple(failed), failing_rows(table, {name: validation.mask(name) for name in failed}))


def _counted(table: Table, split: Split, failing: int) -> tuple[int, int]:
    """Rows in and rows quarantined, as the frames themselves give them. RowsLost when they do not add up."""
    counts = [frame.select(pl.len()) for frame in (table.frame, split.clean, split.quarantined)]
    rows_in, clean, quarantined = (count.item() for count in pl.collect_all(counts, engine="streaming"))
    if rows_in != clean + quarantined or quarantined != failing:
        raise RowsLost(
            f"{rows_in:,} rows in are not {clean:,} clean rows and {quarantined:,} quarantined of {failing:,} failing: "
            "the candidate gives other rows each time it is read; stage it first"
        )
    return rows_in, quarantined
