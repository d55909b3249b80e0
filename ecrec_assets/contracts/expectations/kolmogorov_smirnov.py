"""expect_kolmogorov_smirnov_distance_to_be_at_most"""

from __future__ import annotations

from typing import Any, ClassVar

from great_expectations.compatibility import pydantic
from great_expectations.expectations.expectation import ColumnAggregateExpectation

from ecrec_assets.contracts.expectations.drift import judged
from ecrec_assets.contracts.expectations.wording import Worded


class ExpectKolmogorovSmirnovDistanceToBeAtMost(Worded, ColumnAggregateExpectation):
    """The cumulative distribution of a number is nowhere further than `max_distance` from that in a published table.

    D = sup |F(x) - G(x)| (Smirnov 1939), exact, ties taken together, missing values left out. 95 % of samples of one
    distribution stay below 1.358 sqrt((n + m) / (n m)), reported as `by_chance_95`. A limit on D, and not on its
    p-value, since with a million rows any difference is significant. With fewer than `min_rows` rows on either side,
    and when nothing is published yet, the rule passes with a note. `at` is where the distance is largest.
    """

    reference: str
    max_distance: float = pydantic.Field(gt=0, le=1)
    reference_column: str | None = None
    min_rows: int = pydantic.Field(default=100, ge=1)

    words: ClassVar[str] = "The Kolmogorov-Smirnov distance of $column to $reference must be at most $max_distance"
    metric_dependencies: ClassVar[tuple[str, ...]] = ("column.ks_distance",)
    success_keys: ClassVar[tuple[str, ...]] = ("reference", "max_distance", "reference_column", "min_rows")
    args_keys: ClassVar[tuple[str, ...]] = ("column", "reference", "max_distance")

    def _validate(self, metrics: dict[str, Any], **_: Any) -> dict[str, Any]:
        return judged(metrics["column.ks_distance"], figure="distance", limit=self.max_distance, min_rows=self.min_rows)
