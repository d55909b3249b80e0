"""expect_effective_number_of_classes_to_be_at_least"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from great_expectations.compatibility import pydantic
from great_expectations.expectations.expectation import ColumnAggregateExpectation

from ecrec_assets.contracts.expectations.wording import Worded


class ExpectEffectiveNumberOfClassesToBeAtLeast(Worded, ColumnAggregateExpectation):
    """The values are as varied as at least `min_number` equally frequent ones would be.

    Hill numbers of the shares p (Hill 1973): `shannon` exp(-sum(p ln p)), `simpson` 1 / sum(p^2), which looks more at
    the frequent values. Missing values count nothing; without values the number is 0.
    """

    min_number: float = pydantic.Field(gt=0)
    measure: Literal["shannon", "simpson"] = "shannon"

    words: ClassVar[str] = "$column must have at least $min_number effective classes ($measure)"
    metric_dependencies: ClassVar[tuple[str, ...]] = ("column.effective_number",)
    success_keys: ClassVar[tuple[str, ...]] = ("min_number", "measure")
    args_keys: ClassVar[tuple[str, ...]] = ("column", "min_number")

    def _validate(self, metrics: dict[str, Any], **_: Any) -> dict[str, Any]:
        found = metrics["column.effective_number"]
        return {"success": found["number"] >= self.min_number, "result": {"observed_value": found}}
