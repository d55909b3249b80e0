"""expect_days_to_have_rows"""

from __future__ import annotations

from typing import Any, ClassVar

from great_expectations.expectations.expectation import ColumnAggregateExpectation

from ecrec_assets.contracts.expectations.wording import Worded

MOST_DAYS = 20


class ExpectDaysToHaveRows(Worded, ColumnAggregateExpectation):
    """Every calendar day from the first to the last has at least `min_rows` rows.

    The observed value counts the days without a row and those with too few, and names the first 20 of each.
    """

    min_rows: int = 1

    words: ClassVar[str] = "Every day of $column must have at least $min_rows rows"
    metric_dependencies: ClassVar[tuple[str, ...]] = ("column.day_gaps",)
    success_keys: ClassVar[tuple[str, ...]] = ("min_rows",)
    args_keys: ClassVar[tuple[str, ...]] = ("column", "min_rows")

    def _validate(self, metrics: dict[str, Any], **_: Any) -> dict[str, Any]:
        gaps = metrics["column.day_gaps"]
        missing, thin = gaps["missing"], gaps["thin"]
        observed = {
            "days": gaps["days"],
            "days_missing": len(missing),
            "days_thin": len(thin),
            "missing": missing[:MOST_DAYS],
            "thin": dict(list(thin.items())[:MOST_DAYS]),
        }
        return {"success": not missing and not thin, "result": {"observed_value": observed}}
