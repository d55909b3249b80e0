"""expect_column_list_values_to_be_finite"""

from __future__ import annotations

from typing import ClassVar

from ecrec_assets.contracts.expectations.column_list import ColumnListExpectation
from ecrec_assets.contracts.expectations.wording import Worded


class ExpectColumnListValuesToBeFinite(Worded, ColumnListExpectation):
    """No column of the list is NaN or infinite in a row. A missing value is no number and passes."""

    words: ClassVar[str] = "$column_list must be finite numbers"
    map_metric: ClassVar[str | None] = "column_list.finite"
    args_keys: ClassVar[tuple[str, ...]] = ("column_list",)
