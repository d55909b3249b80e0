"""expect_smallest_class_count_to_be_at_least"""

from __future__ import annotations

from typing import Any, ClassVar

from great_expectations.compatibility import pydantic
from great_expectations.expectations.expectation import ColumnAggregateExpectation

from ecrec_assets.contracts.expectations.wording import Worded


class ExpectSmallestClassCountToBeAtLeast(Worded, ColumnAggregateExpectation):
    """The rarest value has at least `min_count` rows; below that its figures are chance.

    `classes` names the values to count: one that is not there has 0 rows, and others do not matter. Missing values
    count nothing; without values the count is 0. The observed value names the ten rarest.
    """

    min_count: int = pydantic.Field(ge=1)
    classes: list[str | int] | None = None

    words: ClassVar[str] = "Every class of $column must have at least $min_count rows"
    metric_dependencies: ClassVar[tuple[str, ...]] = ("column.smallest_class",)
    success_keys: ClassVar[tuple[str, ...]] = ("min_count", "classes")
    args_keys: ClassVar[tuple[str, ...]] = ("column", "min_count")

    def _validate(self, metrics: dict[str, Any], **_: Any) -> dict[str, Any]:
        found = metrics["column.smallest_class"]
        return {"success": found["count"] >= self.min_count, "result": {"observed_value": found}}
