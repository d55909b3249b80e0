"""Balance: how much of a column its most frequent value may take, and how many different values it has."""

from __future__ import annotations

from collections.abc import Iterator

from ecrec_assets.contracts.draft import wording
from ecrec_assets.contracts.draft.finding import Finding, Role
from ecrec_assets.contracts.draft.margin import rounded_up
from ecrec_assets.contracts.draft.names import rule_name
from ecrec_assets.contracts.draft.profile import ColumnProfile

ODDS = 2.0
SPREAD = 3.0
LEAST_ROWS = 100
LEAST_DIFFERENT = 10


def balance(column: ColumnProfile, role: Role) -> Iterator[Finding]:
    """The largest class may at most double its odds; a column of names keeps its number of names within three times."""
    if column.present < LEAST_ROWS or column.distinct < 2 or column.distinct > column.present // 2:
        return
    if role in ("class", "flag", "identifier"):
        yield _largest(column)
    if role in ("identifier", "text") and column.distinct >= LEAST_DIFFERENT:
        yield _variety(column)


def _largest(column: ColumnProfile) -> Finding:
    share = column.top[1]
    odds = ODDS * share / (1 - share) if share < 1 else 0
    return Finding(
        name=rule_name(column.name, "is_balanced"),
        expectation="expect_largest_class_share_to_be_at_most",
        kwargs={"max_share": min(rounded_up(odds / (1 + odds)), 0.999)},
        dimension="balance",
        reason=f"When one {column.name} takes far more than its share, the others were not delivered.",
        evidence=f"the largest of {column.distinct:,} has {wording.percent(share)} of {wording.rows(column.present)}",
    )


def _variety(column: ColumnProfile) -> Finding:
    least, most = int(column.distinct / SPREAD), int(column.distinct * SPREAD)
    return Finding(
        name=rule_name(column.name, "is_as_varied"),
        expectation="expect_column_unique_value_count_to_be_between",
        kwargs={"min_value": least, "max_value": most},
        dimension="completeness",
        reason=f"Far fewer or more different {column.name} mean a part of the table, or another column's values.",
        evidence=f"{column.distinct:,} different values in {wording.rows(column.present)}",
    )
