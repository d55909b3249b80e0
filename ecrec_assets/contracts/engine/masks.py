"""The rows that break each expectation of a suite, without a context of Great Expectations."""

from __future__ import annotations

import polars as pl
from great_expectations import ExpectationSuite
from great_expectations.expectations.expectation import Expectation

from ecrec_assets.contracts.engine.compilers.rows import ROW_METRICS
from ecrec_assets.contracts.engine.engine import PolarsExecutionEngine
from ecrec_assets.contracts.engine.plan import Count, Mask
from ecrec_assets.contracts.engine.split import Split, failing_rows, part
from ecrec_assets.contracts.engine.table import Table


def row_masks(suite: ExpectationSuite, frame: pl.LazyFrame | pl.DataFrame) -> dict[str, pl.Expr]:
    """For each expectation that judges rows, an expression that is true on the rows breaking it, and never null.

    Keys are the ids of the expectations; one that was never stored has its place in the suite instead (`0`, `1`, …).
    CannotCompile when the frame cannot answer one: a column that is missing, a pattern that cannot be read.
    """
    return {name: _expression(mask) for name, mask in _masks(suite, Table(frame.lazy())).items()}


def split_rows(suite: ExpectationSuite, frame: pl.LazyFrame | pl.DataFrame) -> Split:
    """The rows no expectation rejects, and the others with the ids of those that do in `_failed_rules`.

    `mostly` does not count here: it says how many rows may fail, not which. The frame has to give the same rows in the
    same order each time it is read.
    """
    table = Table(frame.lazy())
    masks = _masks(suite, table)
    return part(table, failing_rows(table, masks), list(masks))


def _masks(suite: ExpectationSuite, table: Table) -> dict[str, Mask]:
    engine = PolarsExecutionEngine(strict=True)
    engine.load_batch_data("rows", table)
    rules = {rule.id or str(place): rule for place, rule in enumerate(suite.expectations)}
    return {
        name: mask_of(rule, engine) for name, rule in rules.items() if getattr(rule, "map_metric", None) in ROW_METRICS
    }


def mask_of(expectation: Expectation, engine: PolarsExecutionEngine) -> Mask:
    """The rows that break a row rule; the same mask whose rows are counted in a validation."""
    name = f"{expectation.map_metric}.unexpected_count"
    metric = expectation.get_validation_dependencies(engine).get_metric_configuration(name)
    plan = engine.compile(name, metric.metric_domain_kwargs, metric.metric_value_kwargs)
    assert isinstance(plan, Count)
    return plan.mask


def _expression(mask: Mask) -> pl.Expr:
    return mask.broken if mask.repeats is None else mask.broken | mask.repeats.exact
