"""The usual size of a number: its median may move by a factor of three, which a change of unit exceeds."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from ecrec_assets.contracts.draft import wording
from ecrec_assets.contracts.draft.finding import Finding, Role
from ecrec_assets.contracts.draft.names import rule_name
from ecrec_assets.contracts.draft.profile import VALUE, ColumnProfile
from ecrec_assets.contracts.draft.ranges import grows, is_scale

FACTOR = 3.0
MANY = 0.05  # of the rows without a positive value: the median then is that of the positive ones
LEAST_ROWS = 30
BLOCKING_ROWS = 1_000  # a median over fewer rows may move for no reason


def levels(column: ColumnProfile, role: Role, *, private: bool) -> Iterator[Finding]:
    """One rule for a measure with positive values; none for a personal column, whose median would be shown."""
    if role != "measure" or private or is_scale(column) or grows(column):
        return
    positive = column.where(pl.col(VALUE) > 0)
    if positive.present < LEAST_ROWS:
        return
    mixed = positive.present < (1 - MANY) * column.present
    median = float(positive.quantile(0.5)) if mixed else float(column.quantile(0.5))
    firm = positive.present >= BLOCKING_ROWS
    yield Finding(
        name=rule_name(column.name, "has_its_usual_size"),
        expectation="expect_column_median_to_be_between",
        kwargs={"min_value": float(f"{median / FACTOR:.3g}"), "max_value": float(f"{median * FACTOR:.3g}")},
        dimension="accuracy",
        reason=f"A median that moves by a factor of three means another unit or currency of {column.name}.",
        evidence=f"median {wording.number(median)} of {wording.rows(positive.present if mixed else column.present)}"
        + (" above zero" if mixed else ""),
        severity="critical" if firm else "warning",
        on_fail="block" if firm else "warn",
        where=({"column": column.name, "operator": ">", "value": 0},) if mixed else (),
    )
