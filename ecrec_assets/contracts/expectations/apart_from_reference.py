"""expect_column_times_to_be_apart_from_reference"""

from __future__ import annotations

from typing import ClassVar, Literal

from great_expectations.compatibility import pydantic
from great_expectations.expectations.expectation import ColumnMapExpectation

from ecrec_assets.contracts.expectations.wording import Worded


class ExpectColumnTimesToBeApartFromReference(Worded, ColumnMapExpectation):
    """Every time lies after the newest (`side: after`) or before the oldest time (`side: before`) of a published table.

    For a test table whose training table is published: t > max(reference) and t >= max(reference) + `gap_hours`; for
    `before`, t < min(reference) and t <= min(reference) - `gap_hours`. Rows without a time are not asked. Times
    without a zone are UTC. A reference without any time is an error, not a pass.
    """

    side: Literal["after", "before"]
    reference: str
    reference_column: str
    gap_hours: float = pydantic.Field(default=0, ge=0)

    words: ClassVar[str] = "$column must lie $side every $reference_column of $reference, $gap_hours hours apart"
    map_metric: ClassVar[str | None] = "column_values.apart_from_reference"
    success_keys: ClassVar[tuple[str, ...]] = ("side", "reference", "reference_column", "gap_hours", "mostly")
    args_keys: ClassVar[tuple[str, ...]] = ("column", "side", "reference", "reference_column")
