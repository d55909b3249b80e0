"""expect_column_values_to_be_in_one_group"""

from __future__ import annotations

from typing import ClassVar

from great_expectations.expectations.expectation import ColumnMapExpectation

from ecrec_assets.contracts.expectations.wording import Worded


class ExpectColumnValuesToBeInOneGroup(Worded, ColumnMapExpectation):
    """All rows with the same value have the same `group_column`: no item in both training and test.

    Every row of a value that stands in two groups fails. Rows without a value are not asked; a missing group is a
    group of its own.
    """

    group_column: str

    words: ClassVar[str] = "All rows with the same $column must have the same $group_column"
    map_metric: ClassVar[str | None] = "column_values.in_one_group"
    success_keys: ClassVar[tuple[str, ...]] = ("group_column", "mostly")
    args_keys: ClassVar[tuple[str, ...]] = ("column", "group_column")
