"""Missing values: a budget where some are missing, nothing where none is (then the column is `required`)."""

from __future__ import annotations

from collections.abc import Iterator

from ecrec_assets.contracts.draft import wording
from ecrec_assets.contracts.draft.finding import Finding
from ecrec_assets.contracts.draft.margin import rounded_up, upper_share
from ecrec_assets.contracts.draft.names import rule_name
from ecrec_assets.contracts.draft.profile import ColumnProfile

MORE = 1.25  # a budget leaves a quarter more than the upper bound of what is missing
FLOOR = 0.005


def budget(column: ColumnProfile) -> Iterator[Finding]:
    """A rule for a column with missing values, unless it has no value at all."""
    if column.missing == 0 or column.present == 0:
        return
    upper = upper_share(column.missing, column.rows)
    share = rounded_up(min(max(MORE * upper, upper + FLOOR), (1 + upper) / 2))
    yield Finding(
        name=rule_name(column.name, "is_present"),
        expectation="expect_column_values_to_not_be_null",
        kwargs={"mostly": round(1 - share, 6)},
        dimension="completeness",
        reason=f"{column.name} is missing in some rows; filling it in must not hide that they become more.",
        evidence=f"missing in {column.missing:,} of {wording.rows(column.rows)} "
        f"({wording.percent(column.missing / column.rows)})",
    )
