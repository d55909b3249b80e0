"""Free text: how long it is, white space around it, and signs of a broken encoding or of markup."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from ecrec_assets.contracts.draft import wording
from ecrec_assets.contracts.draft.finding import Finding, Role
from ecrec_assets.contracts.draft.margin import mostly
from ecrec_assets.contracts.draft.names import rule_name
from ecrec_assets.contracts.draft.profile import VALUE, ColumnProfile

BROKEN = r"Ã[\x80-\xBF]|â€|Â[\xA0-\xBF]|�|&(?:amp|lt|gt|quot|nbsp|#[0-9]+);|</?[A-Za-z][^>]*>"
UNTRIMMED = r"^\s|\s$"


def texts(column: ColumnProfile, role: Role) -> Iterator[Finding]:
    """Rules for a text; classes and codes only get the one about white space."""
    if column.dtype != pl.String() or role not in ("text", "identifier", "class") or column.present < 10:
        return
    if role == "text":
        yield _length(column)
        yield _without(
            column, BROKEN, "is_not_broken", "Signs of a wrong encoding or of markup spoil every word count."
        )
    yield _without(column, UNTRIMMED, "is_trimmed", "White space around a value makes another value of it.")


def _length(column: ColumnProfile) -> Finding:
    lengths = column.counts.select(pl.col(VALUE).str.len_chars(), "rows").group_by(VALUE).agg(pl.col("rows").sum())
    sizes = ColumnProfile(
        column.name, pl.UInt32(), column.present, 0, 0, lengths.sort(VALUE).with_columns(first=pl.lit(0))
    )
    longest = 2 * max(int(sizes.quantile(0.999)), 1)
    least = 0 if sizes.low == 0 else 1
    failed = sizes.rows_where(pl.col(VALUE) > longest)
    return Finding.row_rule(
        failed,
        name=rule_name(column.name, "has_its_length"),
        expectation="expect_column_value_lengths_to_be_between",
        kwargs={"min_value": least, "max_value": longest, "mostly": mostly(failed, column.present)},
        dimension="consistency",
        reason=f"Text twice as long as the longest {column.name} known is two values run together.",
        evidence=f"{wording.of(column.present - failed, column.present)}; "
        f"p50 = {sizes.quantile(0.5)}, p99.9 = {sizes.quantile(0.999)} characters",
    )


def _without(column: ColumnProfile, regex: str, rest: str, reason: str) -> Finding:
    failed = column.rows_where(pl.col(VALUE).str.contains(regex))
    return Finding.row_rule(
        failed,
        name=rule_name(column.name, rest),
        expectation="expect_column_values_to_not_match_regex",
        kwargs={"regex": regex, "mostly": mostly(failed, column.present)},
        dimension="consistency",
        reason=reason,
        evidence=wording.of(column.present - failed, column.present),
    )
