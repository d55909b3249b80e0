"""expect_rows_to_be_distinct"""

from __future__ import annotations

from typing import Any, ClassVar

from ecrec_assets.contracts.expectations.column_list import ColumnListExpectation
from ecrec_assets.contracts.expectations.wording import Worded


class ExpectRowsToBeDistinct(Worded, ColumnListExpectation):
    """No two rows agree in all columns (or in those of the list). Only surplus rows fail: the first is kept."""

    words: ClassVar[str] = "Rows must differ in $column_list"
    map_metric: ClassVar[str | None] = "rows.distinct"
    args_keys: ClassVar[tuple[str, ...]] = ("column_list",)

    @classmethod
    def word_params(cls, kwargs: dict[str, Any]) -> dict[str, Any]:
        return super().word_params({**kwargs, "column_list": kwargs.get("column_list") or "at least one column"})
