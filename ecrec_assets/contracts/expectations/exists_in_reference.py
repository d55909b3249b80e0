"""expect_column_values_to_exist_in_reference"""

from __future__ import annotations

from typing import ClassVar

from great_expectations.expectations.expectation import ColumnMapExpectation

from ecrec_assets.contracts.expectations.wording import Worded


class ExpectColumnValuesToExistInReference(Worded, ColumnMapExpectation):
    """Every value is one of `reference_column` in the published table `reference`: a foreign key."""

    reference: str
    reference_column: str

    words: ClassVar[str] = "$column must exist in $reference_column of $reference"
    map_metric: ClassVar[str | None] = "column_values.in_reference"
    success_keys: ClassVar[tuple[str, ...]] = ("reference", "reference_column", "mostly")
    args_keys: ClassVar[tuple[str, ...]] = ("column", "reference", "reference_column")
