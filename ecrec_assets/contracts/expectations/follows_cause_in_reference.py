"""expect_column_values_to_not_precede_cause_in_reference"""

from __future__ import annotations

from typing import ClassVar

from great_expectations.compatibility import pydantic
from great_expectations.expectations.expectation import ColumnMapExpectation

from ecrec_assets.contracts.expectations.wording import Worded


class ExpectColumnValuesToNotPrecedeCauseInReference(Worded, ColumnMapExpectation):
    """An event does not come before its cause in a published table: no purchase before the product was launched.

    The cause of a row is the earliest `reference_column` of the rows of `reference` whose `reference_key` is the
    `key_column` of the row. event + `tolerance_seconds` >= cause. Rows without an event are not asked; a row whose key
    is missing or unknown there passes (whether it exists is another rule), unless `cause_required`.
    """

    key_column: str
    reference: str
    reference_key: str
    reference_column: str
    tolerance_seconds: float = pydantic.Field(default=0, ge=0)
    cause_required: bool = False

    words: ClassVar[str] = (
        "$column must not come before the first $reference_column that $reference has for its $key_column, "
        "give or take $tolerance_seconds seconds"
    )
    map_metric: ClassVar[str | None] = "column_values.follows_cause_in_reference"
    success_keys: ClassVar[tuple[str, ...]] = (
        "key_column", "reference", "reference_key", "reference_column", "tolerance_seconds", "cause_required", "mostly",
    )  # fmt: skip
    args_keys: ClassVar[tuple[str, ...]] = ("column", "key_column", "reference", "reference_column")
