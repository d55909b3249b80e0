"""expect_column_values_to_not_precede_cause"""

from __future__ import annotations

from typing import ClassVar

from great_expectations.compatibility import pydantic
from great_expectations.expectations.expectation import ColumnMapExpectation

from ecrec_assets.contracts.expectations.wording import Worded


class ExpectColumnValuesToNotPrecedeCause(Worded, ColumnMapExpectation):
    """An event does not come before its cause in the same row: no click before its impression.

    event + `tolerance_seconds` >= `cause_column`. Rows without an event are not asked; a row without a cause passes,
    unless `cause_required`. Times without a zone are UTC, a date is its first moment.
    """

    cause_column: str
    tolerance_seconds: float = pydantic.Field(default=0, ge=0)
    cause_required: bool = False

    words: ClassVar[str] = "$column must not come before $cause_column, give or take $tolerance_seconds seconds"
    map_metric: ClassVar[str | None] = "column_values.follows_cause"
    success_keys: ClassVar[tuple[str, ...]] = ("cause_column", "tolerance_seconds", "cause_required", "mostly")
    args_keys: ClassVar[tuple[str, ...]] = ("column", "cause_column")
