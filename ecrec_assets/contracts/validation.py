"""One run of a suite by Great Expectations itself on the Polars engine."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import great_expectations as gx
from great_expectations.checkpoint import UpdateDataDocsAction
from great_expectations.core.batch_definition import BatchDefinition
from great_expectations.core.run_identifier import RunIdentifier
from great_expectations.data_context import AbstractDataContext

from ecrec_assets.contracts.engine.datasource import FRAME, PolarsDatasource
from ecrec_assets.contracts.engine.engine import PolarsExecutionEngine
from ecrec_assets.contracts.engine.plan import Mask, Table
from ecrec_assets.contracts.model import Contract

SOURCE = "lake"
CANDIDATE = "candidate"
FORMAT = {"result_format": "BASIC", "partial_unexpected_count": 20}


@dataclass(frozen=True)
class Validation:
    """Results by rule, and the way to the rows a rule found."""

    results: dict[str, Any]
    table: Table
    engine: PolarsExecutionEngine

    def mask(self, rule: str) -> Mask:
        """The rows that break a row rule; the same mask whose rows were counted."""
        expectation = self.results[rule].expectation_config.to_domain_obj()
        name = f"{expectation.map_metric}.unexpected_count"
        metric = expectation.get_validation_dependencies(self.engine).get_metric_configuration(name)
        return self.engine.compile(name, metric.metric_domain_kwargs, metric.metric_value_kwargs).mask


def validate(
    table: Table,
    contract: Contract,
    suite: gx.ExpectationSuite,
    *,
    now: datetime,
    run_id: str,
    reports: Path | None,
) -> Validation:
    """Runs the suite once; with `reports`, through a checkpoint that stores the result and renews the pages."""
    context = open_context(reports)
    source = _source(context)
    data = _batch(source, suite.name)
    definition = gx.ValidationDefinition(name=suite.name, data=data, suite=context.suites.add_or_update(suite))
    definition = context.validation_definitions.add_or_update(definition)
    run = RunIdentifier(run_name=run_id or None, run_time=now)
    with quiet():
        if reports is None:
            found = definition.run(batch_parameters={FRAME: table}, result_format=FORMAT, run_id=run)
        else:
            found = _checkpoint(context, definition).run(batch_parameters={FRAME: table}, run_id=run)
            (found,) = found.run_results.values()
    results = {result.expectation_config.meta["rule"]: result for result in found.results}
    return Validation(results, table, source.get_execution_engine())


def _source(context: AbstractDataContext) -> PolarsDatasource:
    if SOURCE in context.data_sources.all():
        return context.data_sources.get(SOURCE)
    return context.data_sources.add_polars(SOURCE)


def _batch(source: PolarsDatasource, name: str) -> BatchDefinition:
    if name in source.get_asset_names():
        return source.get_asset(name).get_batch_definition(CANDIDATE)
    return source.add_table_asset(name).add_batch_definition_whole_table(CANDIDATE)


def _checkpoint(context: AbstractDataContext, definition: gx.ValidationDefinition) -> gx.Checkpoint:
    checkpoint = gx.Checkpoint(
        name=definition.name,
        validation_definitions=[definition],
        actions=[UpdateDataDocsAction(name="update the pages")],
        result_format=FORMAT,
    )
    return context.checkpoints.add_or_update(checkpoint)


@contextmanager
def quiet() -> Iterator[None]:
    """A rule that cannot be evaluated is part of the verdict; Great Expectations also logs it with its traceback."""
    logger = logging.getLogger("great_expectations.validator")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def open_context(reports: Path | None) -> AbstractDataContext:
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    return context
