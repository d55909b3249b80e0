"""expect_rows_to_be_in_one_split"""

from __future__ import annotations

from typing import ClassVar, Literal

from great_expectations.compatibility import pydantic

from ecrec_assets.contracts.expectations.column_list import ColumnListExpectation
from ecrec_assets.contracts.expectations.wording import Worded


class ExpectRowsToBeInOneSplit(Worded, ColumnListExpectation):
    """All rows with the same key, `column_list`, stand in one split: no row, or no user, in training and in test.

    A row fails when its key also occurs under another value of `split_column`. Rows of the split `keep` never fail:
    with `keep: test` and quarantine the leaking rows leave training and the test stays whole. A row with a missing
    value in its key is not asked; a missing split is a split of its own. NaN is a missing value.
    """

    column_list: list[str] = pydantic.Field(min_items=1)
    split_column: str
    keep: str | None = None
    ignore_row_if: Literal["all_values_are_missing", "any_value_is_missing", "never"] = "any_value_is_missing"

    words: ClassVar[str] = "The same $column_list must not stand in two values of $split_column"
    map_metric: ClassVar[str | None] = "rows.in_one_split"
    success_keys: ClassVar[tuple[str, ...]] = ("split_column", "keep", "mostly")
    args_keys: ClassVar[tuple[str, ...]] = ("column_list", "split_column")
