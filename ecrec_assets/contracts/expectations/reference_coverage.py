"""expect_reference_coverage_to_be_at_least"""

from __future__ import annotations

from typing import Any, ClassVar

from great_expectations.compatibility import pydantic
from great_expectations.expectations.expectation import ColumnAggregateExpectation

from ecrec_assets.contracts.expectations.wording import Worded


class ExpectReferenceCoverageToBeAtLeast(Worded, ColumnAggregateExpectation):
    """At least `min_share` of the distinct keys of a reference table occur in the column."""

    reference: str
    reference_column: str
    min_share: float = pydantic.Field(ge=0, le=1)

    words: ClassVar[str] = "$column must hold at least $min_share of the values of $reference_column in $reference"
    metric_dependencies: ClassVar[tuple[str, ...]] = ("column.reference_coverage",)
    success_keys: ClassVar[tuple[str, ...]] = ("reference", "reference_column", "min_share")
    args_keys: ClassVar[tuple[str, ...]] = ("column", "reference", "reference_column")

    def _validate(self, metrics: dict[str, Any], **_: Any) -> dict[str, Any]:
        share = metrics["column.reference_coverage"]
        return {"success": share >= self.min_share, "result": {"observed_value": share}}
