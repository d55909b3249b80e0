"""expect_column_list_to_be_a_key"""

from __future__ import annotations

from typing import ClassVar

from ecrec_assets.contracts.expectations.column_list import ColumnListExpectation
from ecrec_assets.contracts.expectations.wording import Worded


class ExpectColumnListToBeAKey(Worded, ColumnListExpectation):
    """The columns together name one row. Only surplus rows fail: the first row of a key, in file order, is kept.

    A row with a missing value in its key fails too.
    """

    words: ClassVar[str] = "$column_list together must name one row only"
    map_metric: ClassVar[str | None] = "column_list.key"
    args_keys: ClassVar[tuple[str, ...]] = ("column_list",)
