"""expect_largest_class_share_to_be_at_most"""

from __future__ import annotations

from typing import Any, ClassVar

from great_expectations.compatibility import pydantic
from great_expectations.expectations.expectation import ColumnAggregateExpectation

from ecrec_assets.contracts.expectations.wording import Worded


class ExpectLargestClassShareToBeAtMost(Worded, ColumnAggregateExpectation):
    """The most frequent value makes up at most `max_share` of the values present. An empty column passes."""

    max_share: float = pydantic.Field(gt=0, le=1)

    words: ClassVar[str] = "The most frequent $column must make up at most $max_share of its values"
    metric_dependencies: ClassVar[tuple[str, ...]] = ("column.largest_class",)
    success_keys: ClassVar[tuple[str, ...]] = ("max_share",)
    args_keys: ClassVar[tuple[str, ...]] = ("column", "max_share")

    def _validate(self, metrics: dict[str, Any], **_: Any) -> dict[str, Any]:
        largest = metrics["column.largest_class"]
        within = largest["share"] is None or largest["share"] <= self.max_share
        return {"success": within, "result": {"observed_value": largest}}
