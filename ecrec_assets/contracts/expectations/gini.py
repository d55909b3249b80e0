"""expect_gini_coefficient_to_be_at_most"""

from __future__ import annotations

from typing import Any, ClassVar

from great_expectations.compatibility import pydantic
from great_expectations.expectations.expectation import ColumnAggregateExpectation

from ecrec_assets.contracts.expectations.wording import Worded


class ExpectGiniCoefficientToBeAtMost(Worded, ColumnAggregateExpectation):
    """Popularity is not too concentrated: the Gini coefficient of the counts of the values is at most `max_gini`.

    G = sum((2 i - n - 1) x_i) / (n sum(x)) over the n counts x in ascending order, i from 1: 0 when all are alike,
    (n - 1) / n when one has everything (Gini 1912; as a measure of recommenders, Fleder and Hosanagar 2009). With
    `weight_column` x is the sum of it. With `reference` the values of `reference_column` that were never met count 0:
    a recommender that shows 100 of 10,000 items is uneven even if it shows those alike. Missing values and weights
    count nothing. Without values the rule passes; a negative total fails, since no share of it exists.
    """

    max_gini: float = pydantic.Field(ge=0, le=1)
    weight_column: str | None = None
    reference: str | None = None
    reference_column: str | None = None

    words: ClassVar[str] = "The Gini coefficient of $column must be at most $max_gini"
    metric_dependencies: ClassVar[tuple[str, ...]] = ("column.gini",)
    success_keys: ClassVar[tuple[str, ...]] = ("max_gini", "weight_column", "reference", "reference_column")
    args_keys: ClassVar[tuple[str, ...]] = ("column", "max_gini")

    def _validate(self, metrics: dict[str, Any], **_: Any) -> dict[str, Any]:
        found = metrics["column.gini"]
        within = not found["negative"] and (found["gini"] is None or found["gini"] <= self.max_gini)
        return {"success": within, "result": {"observed_value": found}}
