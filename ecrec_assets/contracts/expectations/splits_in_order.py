"""expect_splits_to_follow_in_time"""

from __future__ import annotations

from typing import ClassVar

from great_expectations.compatibility import pydantic
from great_expectations.expectations.expectation import ColumnMapExpectation

from ecrec_assets.contracts.expectations.wording import Worded


class ExpectSplitsToFollowInTime(Worded, ColumnMapExpectation):
    """The splits follow each other in time: nothing is trained on that happened after the test began.

    `order` lists every value of `split_column`, earliest first. A row at time t in one split fails unless, for every
    later split with earliest time s, t < s and t + `gap_hours` <= s. A split that `order` does not name, or a missing
    one, fails too, so that a misspelt name cannot pass unseen. Rows without a time are not asked.
    """

    split_column: str
    order: list[str] = pydantic.Field(min_items=2)
    gap_hours: float = pydantic.Field(default=0, ge=0)

    words: ClassVar[str] = "$column of the splits $order ($split_column) must follow each other, $gap_hours hours apart"
    map_metric: ClassVar[str | None] = "column_values.split_in_order"
    success_keys: ClassVar[tuple[str, ...]] = ("split_column", "order", "gap_hours", "mostly")
    args_keys: ClassVar[tuple[str, ...]] = ("column", "split_column", "order")

    @pydantic.validator("order")
    def _each_once(cls, names: list[str]) -> list[str]:
        if len(set(names)) < len(names):
            raise ValueError("a split stands in 'order' twice")
        return names
