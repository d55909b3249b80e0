"""The base of rules that look a row's key up in a published table."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from great_expectations.compatibility import pydantic

from ecrec_assets.contracts.expectations.column_list import ColumnListExpectation
from ecrec_assets.contracts.expectations.wording import Worded, join_words


class ReferenceKeyExpectation(Worded, ColumnListExpectation):
    """`column_list` is the key of a row; `reference_column_list` names its columns in `reference`, in the same order,
    where they are called otherwise. A row with a missing value in its key is not asked.
    """

    column_list: list[str] = pydantic.Field(min_items=1)
    reference: str
    reference_column_list: list[str] | None = None
    ignore_row_if: Literal["all_values_are_missing", "any_value_is_missing", "never"] = "any_value_is_missing"

    success_keys: ClassVar[tuple[str, ...]] = ("reference", "reference_column_list", "mostly")
    args_keys: ClassVar[tuple[str, ...]] = ("column_list", "reference")

    @classmethod
    def word_params(cls, kwargs: dict[str, Any]) -> dict[str, Any]:
        there = kwargs.get("reference_column_list") or kwargs.get("column_list") or []
        return {**super().word_params(kwargs), "reference_column_list": join_words(there)}
