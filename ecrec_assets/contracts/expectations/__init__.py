"""Our own Great Expectations expectations, one a file. Importing this package registers them on both engines."""

from __future__ import annotations

from ecrec_assets.contracts.expectations import on_pandas as _on_pandas  # noqa: F401  (registers them on pandas)
from ecrec_assets.contracts.expectations.apart_from_reference import ExpectColumnTimesToBeApartFromReference
from ecrec_assets.contracts.expectations.clean_text import ExpectColumnValuesToBeCleanText
from ecrec_assets.contracts.expectations.column_max_recent import ExpectColumnMaxToBeRecent
from ecrec_assets.contracts.expectations.days_have_rows import ExpectDaysToHaveRows
from ecrec_assets.contracts.expectations.effective_number import ExpectEffectiveNumberOfClassesToBeAtLeast
from ecrec_assets.contracts.expectations.exists_in_reference import ExpectColumnValuesToExistInReference
from ecrec_assets.contracts.expectations.expression_holds import ExpectExpressionToHold
from ecrec_assets.contracts.expectations.follows_cause import ExpectColumnValuesToNotPrecedeCause
from ecrec_assets.contracts.expectations.follows_cause_in_reference import (
    ExpectColumnValuesToNotPrecedeCauseInReference,
)
from ecrec_assets.contracts.expectations.gini import ExpectGiniCoefficientToBeAtMost
from ecrec_assets.contracts.expectations.impressions_distinct import ExpectImpressionsToBeDistinct
from ecrec_assets.contracts.expectations.in_one_group import ExpectColumnValuesToBeInOneGroup
from ecrec_assets.contracts.expectations.in_one_split import ExpectRowsToBeInOneSplit
from ecrec_assets.contracts.expectations.judged_queries import ExpectJudgedQueryShareToBeAtLeast
from ecrec_assets.contracts.expectations.key import ExpectColumnListToBeAKey
from ecrec_assets.contracts.expectations.kolmogorov_smirnov import ExpectKolmogorovSmirnovDistanceToBeAtMost
from ecrec_assets.contracts.expectations.label_noise import ExpectLabelNoiseToBeAtMost
from ecrec_assets.contracts.expectations.largest_class_share import ExpectLargestClassShareToBeAtMost
from ecrec_assets.contracts.expectations.not_in_future import ExpectColumnValuesToNotBeInTheFuture
from ecrec_assets.contracts.expectations.numbers_finite import ExpectColumnListValuesToBeFinite
from ecrec_assets.contracts.expectations.orphan_share import ExpectOrphanShareToBeAtMost
from ecrec_assets.contracts.expectations.population_stability import ExpectPopulationStabilityIndexToBeAtMost
from ecrec_assets.contracts.expectations.reference_coverage import ExpectReferenceCoverageToBeAtLeast
from ecrec_assets.contracts.expectations.rows_absent import ExpectRowsToBeAbsentFromReference
from ecrec_assets.contracts.expectations.rows_distinct import ExpectRowsToBeDistinct
from ecrec_assets.contracts.expectations.rows_in_reference import ExpectRowsToExistInReference
from ecrec_assets.contracts.expectations.schema_matches import ExpectTableSchemaToMatch
from ecrec_assets.contracts.expectations.slices_fresh import ExpectEverySliceToBeFresh
from ecrec_assets.contracts.expectations.smallest_class import ExpectSmallestClassCountToBeAtLeast
from ecrec_assets.contracts.expectations.splits_in_order import ExpectSplitsToFollowInTime
from ecrec_assets.contracts.expectations.tags_iob2 import ExpectColumnTagsToBeIob2

__all__ = [
    "ExpectColumnListToBeAKey",
    "ExpectColumnListValuesToBeFinite",
    "ExpectColumnMaxToBeRecent",
    "ExpectColumnTagsToBeIob2",
    "ExpectColumnTimesToBeApartFromReference",
    "ExpectColumnValuesToBeCleanText",
    "ExpectColumnValuesToBeInOneGroup",
    "ExpectColumnValuesToExistInReference",
    "ExpectColumnValuesToNotBeInTheFuture",
    "ExpectColumnValuesToNotPrecedeCause",
    "ExpectColumnValuesToNotPrecedeCauseInReference",
    "ExpectDaysToHaveRows",
    "ExpectEffectiveNumberOfClassesToBeAtLeast",
    "ExpectEverySliceToBeFresh",
    "ExpectExpressionToHold",
    "ExpectGiniCoefficientToBeAtMost",
    "ExpectImpressionsToBeDistinct",
    "ExpectJudgedQueryShareToBeAtLeast",
    "ExpectKolmogorovSmirnovDistanceToBeAtMost",
    "ExpectLabelNoiseToBeAtMost",
    "ExpectLargestClassShareToBeAtMost",
    "ExpectOrphanShareToBeAtMost",
    "ExpectPopulationStabilityIndexToBeAtMost",
    "ExpectReferenceCoverageToBeAtLeast",
    "ExpectRowsToBeAbsentFromReference",
    "ExpectRowsToBeDistinct",
    "ExpectRowsToBeInOneSplit",
    "ExpectRowsToExistInReference",
    "ExpectSmallestClassCountToBeAtLeast",
    "ExpectSplitsToFollowInTime",
    "ExpectTableSchemaToMatch",
]
