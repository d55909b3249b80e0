"""expect_column_max_to_be_recent"""

from __future__ import annotations

from typing import Any, ClassVar

from great_expectations.expectations.expectation import ColumnAggregateExpectation

from ecrec_assets.contracts.expectations.wording import Worded


class ExpectColumnMaxToBeRecent(Worded, ColumnAggregateExpectation):
    """The newest value is at most `max_age_hours` old at `as_of`, or at the time of the audit.

    `as_of` is for closed history. Times without a zone are read as UTC. The observed value is the age in hours.
    """

    max_age_hours: float
    as_of: str | None = None

    words: ClassVar[str] = "The newest $column must be at most $max_age_hours hours old"
    metric_dependencies: ClassVar[tuple[str, ...]] = ("column.age_hours",)
    success_keys: ClassVar[tuple[str, ...]] = ("max_age_hours", "as_of")
    args_keys: ClassVar[tuple[str, ...]] = ("column", "max_age_hours")

    def _validate(self, metrics: dict[str, Any], **_: Any) -> dict[str, Any]:
        age = metrics["column.age_hours"]
        observed = None if age is None else round(age, 3)
        return {"success": age is not None and age <= self.max_age_hours, "result": {"observed_value": observed}}
