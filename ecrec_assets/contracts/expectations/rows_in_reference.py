"""expect_rows_to_exist_in_reference"""

from __future__ import annotations

from typing import ClassVar

from ecrec_assets.contracts.expectations.reference_key import ReferenceKeyExpectation


class ExpectRowsToExistInReference(ReferenceKeyExpectation):
    """The key of every row is a row of the published table `reference`: a foreign key of many columns.

    With `mostly` it is coverage: the share of (query, shown item) pairs that are judged. Numbers of different types,
    and texts and categories, are compared by value.
    """

    words: ClassVar[str] = "$column_list together must be a row of $reference_column_list in $reference"
    map_metric: ClassVar[str | None] = "rows.in_reference"
