"""expect_every_slice_to_be_fresh"""

from __future__ import annotations

from typing import Any, ClassVar

from great_expectations.compatibility import pydantic
from great_expectations.expectations.expectation import ColumnAggregateExpectation

from ecrec_assets.contracts.expectations.wording import Worded, iso_moment


class ExpectEverySliceToBeFresh(Worded, ColumnAggregateExpectation):
    """The newest `column` of every value of `slice_column` is at most `max_age_hours` old at `as_of`, or at the audit.

    One store that stopped sending hides behind a table that is fresh as a whole. `slices` names values that must be
    there. The observed value counts the slices and gives the age in hours of the 20 oldest stale ones. Rows without a
    slice are not asked; a slice without any time is stale; a table without slices fails. Times without a zone are UTC.
    """

    slice_column: str
    max_age_hours: float = pydantic.Field(gt=0)
    as_of: str | None = None
    slices: list[str | int] | None = None

    words: ClassVar[str] = "The newest $column of every $slice_column must be at most $max_age_hours hours old"
    metric_dependencies: ClassVar[tuple[str, ...]] = ("column.stale_slices",)
    success_keys: ClassVar[tuple[str, ...]] = ("slice_column", "max_age_hours", "as_of", "slices")
    args_keys: ClassVar[tuple[str, ...]] = ("column", "slice_column", "max_age_hours")

    _as_of_is_a_moment = pydantic.validator("as_of", allow_reuse=True)(iso_moment)

    def _validate(self, metrics: dict[str, Any], **_: Any) -> dict[str, Any]:
        found = metrics["column.stale_slices"]
        fresh = found["slices"] > 0 and not found["stale"] and not found["missing"]
        return {"success": fresh, "result": {"observed_value": found}}
