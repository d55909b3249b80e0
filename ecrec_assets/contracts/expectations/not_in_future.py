"""expect_column_values_to_not_be_in_the_future"""

from __future__ import annotations

from typing import ClassVar

from great_expectations.compatibility import pydantic
from great_expectations.expectations.expectation import ColumnMapExpectation

from ecrec_assets.contracts.expectations.wording import Worded, iso_moment


class ExpectColumnValuesToNotBeInTheFuture(Worded, ColumnMapExpectation):
    """No time is later than the audit: t <= now + `tolerance_seconds`.

    `as_of` stands for the audit where the history is closed. Times without a zone are UTC, a date is its first moment.
    Rows without a time are not asked. The tolerance is for clocks that go ahead.
    """

    tolerance_seconds: float = pydantic.Field(default=0, ge=0)
    as_of: str | None = None

    words: ClassVar[str] = "$column must not lie in the future, give or take $tolerance_seconds seconds"
    map_metric: ClassVar[str | None] = "column_values.not_in_future"
    success_keys: ClassVar[tuple[str, ...]] = ("tolerance_seconds", "as_of", "mostly")
    args_keys: ClassVar[tuple[str, ...]] = ("column", "tolerance_seconds")

    _as_of_is_a_moment = pydantic.validator("as_of", allow_reuse=True)(iso_moment)
