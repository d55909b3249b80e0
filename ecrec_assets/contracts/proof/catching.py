"""Which rules catch what: the suite of a contract run on a table with defects in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import polars as pl

from ecrec_assets.contracts.context import open_context
from ecrec_assets.contracts.engine.compilers.rows import ROW_METRICS
from ecrec_assets.contracts.engine.split import FAILED, failing_rows, part
from ecrec_assets.contracts.gate import candidate
from ecrec_assets.contracts.model import Contract
from ecrec_assets.contracts.results import rule_result
from ecrec_assets.contracts.suite import BuiltSuite, build_suite
from ecrec_assets.contracts.validation import Validation, validate
from ecrec_assets.verdict import RuleResult

PLACE = "_place"
"""Row number within the sample, so that a caught row can be told."""


class Catch(NamedTuple):
    """Result of every rule by name."""

    results: dict[str, RuleResult]

    def broken_since(self, before: Catch) -> tuple[str, ...]:
        """Rules that fail now and did not, or fail on more rows. A rule that could not be asked caught nothing."""
        return tuple(name for name, now in self.results.items() if _worse(now, before.results[name]))


def _worse(now: RuleResult, before: RuleResult) -> bool:
    if now.error:
        return False
    return (before.passed and not now.passed) or (now.rows_failed or 0) > (before.rows_failed or 0)


@dataclass(frozen=True)
class Net:
    """The suite of one contract, built once and thrown often. `references` are tables by contract key."""

    contract: Contract
    references: Mapping[str, pl.LazyFrame]
    now: datetime
    built: BuiltSuite = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "built", build_suite(self.contract))

    def row_rules(self) -> list[str]:
        """Rules that can say which rows break them."""
        expectations = {e.meta["rule"]: e for e in self.built.suite.expectations if e.meta}
        return [name for name, each in expectations.items() if getattr(each, "map_metric", None) in ROW_METRICS]

    def catch(self, frame: pl.LazyFrame) -> Catch:
        """What every rule says of a table."""
        return self._found(frame)[0]

    def caught(self, frame: pl.LazyFrame) -> pl.DataFrame:
        """The failing rows of a table that numbers its rows in `_place`: `_place` and the list `_failed_rules`."""
        found, validation = self._found(frame)
        failing = [name for name in self.row_rules() if found.results[name].rows_failed]
        rows = failing_rows(validation.table, {name: validation.mask(name) for name in failing})
        return part(validation.table, rows, failing).quarantined.select(PLACE, FAILED).collect()

    def _found(self, frame: pl.LazyFrame) -> tuple[Catch, Validation]:
        table = candidate(frame, self.contract, self.references, self.now)
        table.hidden = table.hidden | {PLACE}
        suite = build_suite(self.contract).suite
        validation = validate(table, suite, context=open_context(None), run="proof", now=self.now)
        results = (rule_result(rule, validation, self.built.refused) for rule in self.contract.rules)
        return Catch({result.name: result for result in results}), validation
