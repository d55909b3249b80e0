"""expect_judged_query_share_to_be_at_least"""

from __future__ import annotations

from typing import Any, ClassVar

from great_expectations.compatibility import pydantic
from great_expectations.expectations.expectation import ColumnAggregateExpectation

from ecrec_assets.contracts.expectations.wording import Worded


class ExpectJudgedQueryShareToBeAtLeast(Worded, ColumnAggregateExpectation):
    """At least `min_share` of the queries have `min_items` distinct judged items or more.

    A row judges its `item_column`; with `judgement_column` only where that is filled. The queries are those of
    `column`, or those of `reference_column` in a published `reference`, such as the query log. Rows without a query
    are not asked. Without queries there is no share and the rule fails.
    """

    item_column: str
    min_share: float = pydantic.Field(ge=0, le=1)
    min_items: int = pydantic.Field(default=1, ge=1)
    judgement_column: str | None = None
    reference: str | None = None
    reference_column: str | None = None

    words: ClassVar[str] = "At least $min_share of all $column must have $min_items judged $item_column or more"
    metric_dependencies: ClassVar[tuple[str, ...]] = ("column.judged_queries",)
    success_keys: ClassVar[tuple[str, ...]] = (
        "item_column", "min_share", "min_items", "judgement_column", "reference", "reference_column",
    )  # fmt: skip
    args_keys: ClassVar[tuple[str, ...]] = ("column", "item_column", "min_share")

    def _validate(self, metrics: dict[str, Any], **_: Any) -> dict[str, Any]:
        found = metrics["column.judged_queries"]
        enough = found["share"] is not None and found["share"] >= self.min_share
        return {"success": enough, "result": {"observed_value": found}}
