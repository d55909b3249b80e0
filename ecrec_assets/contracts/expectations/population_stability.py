"""expect_population_stability_index_to_be_at_most"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from great_expectations.compatibility import pydantic
from great_expectations.expectations.expectation import ColumnAggregateExpectation

from ecrec_assets.contracts.expectations.drift import judged
from ecrec_assets.contracts.expectations.wording import Worded


class ExpectPopulationStabilityIndexToBeAtMost(Worded, ColumnAggregateExpectation):
    """The column is distributed as in a published table, often the version of its own that this one is to replace.

    PSI = sum((p - q) ln(p / q)) over bins, p the share here and q in the reference (Siddiqi 2006; it is the symmetric
    Kullback-Leibler divergence). Numbers: bins between the `bins` quantiles of the reference (10), each edge once.
    Texts, booleans and `treat_as: categories`: the `bins` most frequent values of the reference (50), all others in
    one bin. Missing values (and NaN) are a bin. Each bin gets half a row more, so that an empty one stays finite.

    Usual limits are 0.1 (look) and 0.25 (act). Chance alone gives about (bins - 1) (1/n + 1/m) (Yurdakul 2018), which
    is reported as `by_chance`: a limit below it cannot hold. With fewer than `min_rows` rows on either side, and when
    nothing is published yet, the rule passes with a note. The observed value names the bin that moved most.
    """

    reference: str
    max_psi: float = pydantic.Field(gt=0)
    reference_column: str | None = None
    bins: int | None = pydantic.Field(default=None, ge=2, le=1000)
    treat_as: Literal["numbers", "categories"] | None = None
    min_rows: int = pydantic.Field(default=100, ge=1)

    words: ClassVar[str] = "The population stability index of $column against $reference must be at most $max_psi"
    metric_dependencies: ClassVar[tuple[str, ...]] = ("column.psi",)
    success_keys: ClassVar[tuple[str, ...]] = (
        "reference", "max_psi", "reference_column", "bins", "treat_as", "min_rows",
    )  # fmt: skip
    args_keys: ClassVar[tuple[str, ...]] = ("column", "reference", "max_psi")

    def _validate(self, metrics: dict[str, Any], **_: Any) -> dict[str, Any]:
        return judged(metrics["column.psi"], figure="psi", limit=self.max_psi, min_rows=self.min_rows)
