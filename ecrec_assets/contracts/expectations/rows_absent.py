"""expect_rows_to_be_absent_from_reference"""

from __future__ import annotations

from typing import ClassVar

from ecrec_assets.contracts.expectations.reference_key import ReferenceKeyExpectation


class ExpectRowsToBeAbsentFromReference(ReferenceKeyExpectation):
    """The key of a row is no row of the published table `reference`: no test row was trained on.

    With `[user_id]` as key no user of one table is in the other.
    """

    words: ClassVar[str] = "$column_list together must not be a row of $reference_column_list in $reference"
    map_metric: ClassVar[str | None] = "rows.absent_from_reference"
