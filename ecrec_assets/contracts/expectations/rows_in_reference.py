"""expect_rows_to_exist_in_reference"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from great_expectations.compatibility import pydantic

from ecrec_assets.contracts.expectations.column_list import ColumnListExpectation
from ecrec_assets.contracts.expectations.wording import Worded, join_words


class ExpectRowsToExistInReference(Worded, ColumnListExpectation):
    """The key of every row, `column_list`, is a row of the published table `reference`: a foreign key of many columns.

    `reference_column_list` names the columns there, in the same order, where they are called otherwise. With `mostly`
    it is coverage: the share of (query, shown item) pairs that are judged. A row with a missing value in its key is
    not asked. Numbers of different types, and texts and categories, are compared by value.
    """

    column_list: list[str] = pydantic.Field(min_items=1)
    reference: str
    reference_column_list: list[str] | None = None
    ignore_row_if: Literal["all_values_are_missing", "any_value_is_missing", "never"] = "any_value_is_missing"

    words: ClassVar[str] = "$column_list together must be a row of $reference_column_list in $reference"
    map_metric: ClassVar[str | None] = "rows.in_reference"
    success_keys: ClassVar[tuple[str, ...]] = ("reference", "reference_column_list", "mostly")
    args_keys: ClassVar[tuple[str, ...]] = ("column_list", "reference")

    @classmethod
    def word_params(cls, kwargs: dict[str, Any]) -> dict[str, Any]:
        there = kwargs.get("reference_column_list") or kwargs.get("column_list") or []
        return {**super().word_params(kwargs), "reference_column_list": join_words(there)}
