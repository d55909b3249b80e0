"""One run of a suite by Great Expectations itself on the Polars engine."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import great_expectations as gx
from great_expectations.core.run_identifier import RunIdentifier
from great_expectations.data_context import AbstractDataContext

from ecrec_assets.contracts.engine.compilers.rows import ROW_METRICS
from ecrec_assets.contracts.engine.datasource import FRAME
from ecrec_assets.contracts.engine.engine import PolarsExecutionEngine
from ecrec_assets.contracts.engine.masks import mask_of
from ecrec_assets.contracts.engine.plan import Mask
from ecrec_assets.contracts.engine.table import Table

SOURCE = "lake"
CANDIDATE = "candidate"
FORMAT = {"result_format": "BASIC", "partial_unexpected_count": 20}


@dataclass(frozen=True)
class Validation:
    """Results by rule, and the way to the rows a rule found."""

    results: dict[str, Any]
    table: Table
    engine: PolarsExecutionEngine

    def has_mask(self, rule: str) -> bool:
        """Whether a rule judges rows one by one, in Polars; one that ran in pandas has no mask."""
        return getattr(self.results[rule].expectation_config.to_domain_obj(), "map_metric", None) in ROW_METRICS

    def mask(self, rule: str) -> Mask:
        """The rows that break a row rule; the same mask whose rows were counted."""
        return mask_of(self.results[rule].expectation_config.to_domain_obj(), self.engine)


def validate(
    table: Table, suite: gx.ExpectationSuite, *, context: AbstractDataContext, run: str, now: datetime
) -> Validation:
    """Runs the suite once in a fresh context of Great Expectations, which stores the result under the name `run`."""
    source = context.data_sources.add_polars(SOURCE)
    data = source.add_table_asset(suite.name).add_batch_definition_whole_table(CANDIDATE)
    definition = gx.ValidationDefinition(name=suite.name, data=data, suite=context.suites.add(suite))
    context.validation_definitions.add(definition)
    with quiet():
        found = definition.run(
            batch_parameters={FRAME: table}, result_format=FORMAT, run_id=RunIdentifier(run_name=run, run_time=now)
        )
    results = {result.expectation_config.meta["rule"]: result for result in found.results}
    return Validation(results, table, source.get_execution_engine())


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
