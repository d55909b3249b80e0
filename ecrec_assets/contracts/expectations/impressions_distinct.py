"""expect_impressions_to_be_distinct"""

from __future__ import annotations

from typing import ClassVar, Literal

from great_expectations.compatibility import pydantic

from ecrec_assets.contracts.expectations.column_list import ColumnListExpectation
from ecrec_assets.contracts.expectations.wording import Worded


class ExpectImpressionsToBeDistinct(Worded, ColumnListExpectation):
    """The same thing is not shown, or clicked, again within seconds: repeats come from reloads and double logging.

    A row fails when the row before it in time with the same key, `column_list` (user, item, query or session), is at
    most `within_seconds` older; of a burst all fail but its first. At the same time the row order decides. Rows with a
    missing time or a missing value in the key are not asked and do not make another row a repeat.
    """

    column_list: list[str] = pydantic.Field(min_items=1)
    time_column: str
    within_seconds: float = pydantic.Field(ge=0)
    ignore_row_if: Literal["all_values_are_missing", "any_value_is_missing", "never"] = "any_value_is_missing"

    words: ClassVar[str] = "The same $column_list must not come again within $within_seconds seconds of $time_column"
    map_metric: ClassVar[str | None] = "rows.impression_not_repeated"
    success_keys: ClassVar[tuple[str, ...]] = ("time_column", "within_seconds", "mostly")
    args_keys: ClassVar[tuple[str, ...]] = ("column_list", "time_column", "within_seconds")
