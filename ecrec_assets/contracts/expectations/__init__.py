"""Our own Great Expectations expectations, one a file. Importing this package registers all of them."""

from __future__ import annotations

from ecrec_assets.contracts.expectations.column_max_recent import ExpectColumnMaxToBeRecent
from ecrec_assets.contracts.expectations.days_have_rows import ExpectDaysToHaveRows
from ecrec_assets.contracts.expectations.exists_in_reference import ExpectColumnValuesToExistInReference
from ecrec_assets.contracts.expectations.expression_holds import ExpectExpressionToHold
from ecrec_assets.contracts.expectations.in_one_group import ExpectColumnValuesToBeInOneGroup
from ecrec_assets.contracts.expectations.key import ExpectColumnListToBeAKey
from ecrec_assets.contracts.expectations.largest_class_share import ExpectLargestClassShareToBeAtMost
from ecrec_assets.contracts.expectations.numbers_finite import ExpectColumnListValuesToBeFinite
from ecrec_assets.contracts.expectations.reference_coverage import ExpectReferenceCoverageToBeAtLeast
from ecrec_assets.contracts.expectations.rows_distinct import ExpectRowsToBeDistinct
from ecrec_assets.contracts.expectations.schema_matches import ExpectTableSchemaToMatch

__all__ = [
    "ExpectColumnListToBeAKey",
    "ExpectColumnListValuesToBeFinite",
    "ExpectColumnMaxToBeRecent",
    "ExpectColumnValuesToBeInOneGroup",
    "ExpectColumnValuesToExistInReference",
    "ExpectDaysToHaveRows",
    "ExpectExpressionToHold",
    "ExpectLargestClassShareToBeAtMost",
    "ExpectReferenceCoverageToBeAtLeast",
    "ExpectRowsToBeDistinct",
    "ExpectTableSchemaToMatch",
]
