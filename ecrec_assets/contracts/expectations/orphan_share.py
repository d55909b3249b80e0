"""expect_orphan_share_to_be_at_most"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from great_expectations.compatibility import pydantic
from great_expectations.expectations.expectation import ColumnAggregateExpectation

from ecrec_assets.contracts.expectations.wording import Worded


class ExpectOrphanShareToBeAtMost(Worded, ColumnAggregateExpectation):
    """At most `max_share` of the rows (`of: rows`), or of the distinct values (`of: values`), are not in the reference.

    Missing values are not asked; a column without values passes. The observed value names the ten most frequent
    orphans. To send the rows to quarantine use expect_column_values_to_exist_in_reference.
    """

    reference: str
    reference_column: str
    max_share: float = pydantic.Field(ge=0, le=1)
    of: Literal["rows", "values"] = "rows"

    words: ClassVar[str] = (
        "At most $max_share of the $of of $column may be missing from $reference_column of $reference"
    )
    metric_dependencies: ClassVar[tuple[str, ...]] = ("column.orphan_share",)
    success_keys: ClassVar[tuple[str, ...]] = ("reference", "reference_column", "max_share", "of")
    args_keys: ClassVar[tuple[str, ...]] = ("column", "reference", "reference_column")

    def _validate(self, metrics: dict[str, Any], **_: Any) -> dict[str, Any]:
        found = metrics["column.orphan_share"]
        within = found["share"] is None or found["share"] <= self.max_share
        return {"success": within, "result": {"observed_value": found}}
