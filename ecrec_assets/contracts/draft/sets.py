"""Lists of values: closed ones, where a new value is an error, and open ones, where a few may be new."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from ecrec_assets.contracts.draft import wording
from ecrec_assets.contracts.draft.finding import Finding, Role
from ecrec_assets.contracts.draft.margin import mostly
from ecrec_assets.contracts.draft.names import rule_name
from ecrec_assets.contracts.draft.profile import FIRST, ROWS, VALUE, ColumnProfile
from ecrec_assets.contracts.draft.roles import closed

NEW = 0.2  # of the values come up in the second half of the rows only: a list says nothing then


def closed_values(column: ColumnProfile, role: Role) -> tuple[str, ...]:
    """The closed list of a class column; empty when it is none."""
    if role != "class" or column.dtype != pl.String() or column.distinct < 2 or not closed(column):
        return ()
    if not _listable(column):
        return ()
    return tuple(column.counts[VALUE])


def open_sets(column: ColumnProfile, role: Role) -> Iterator[Finding]:
    """A rule for a class column whose list is not closed: so many rows may hold a value not listed.

    How many follows from what was rare or late when the table was drafted (Good 1953: the share of the unseen is
    about the share of what was seen once).
    """
    if role != "class" or column.dtype != pl.String() or closed_values(column, role) or not _listable(column):
        return
    late = column.counts.filter(pl.col(FIRST) > column.rows // 2)
    if column.distinct > 1 and late.height > NEW * column.distinct:
        return
    rare = column.rows_where((pl.col(ROWS) < 3) | (pl.col(FIRST) > column.rows // 2))
    yield Finding(
        name=rule_name(column.name, "is_listed"),
        expectation="expect_column_values_to_be_in_set",
        kwargs={"value_set": column.counts[VALUE].to_list(), "mostly": mostly(rare, column.present)},
        dimension="consistency",
        reason=f"A new {column.name} may be right; many at once are a new spelling of the old ones.",
        evidence=f"{_values(column)} in {wording.rows(column.present)}; rare or late ones in {wording.rows(rare)}",
    )


def _listable(column: ColumnProfile) -> bool:
    """No value holds an invisible character: nobody could read such a list, and the loader refuses it."""
    return not column.counts[VALUE].str.contains(r"\p{C}").any()


def _values(column: ColumnProfile) -> str:
    return "one value" if column.distinct == 1 else f"{column.distinct:,} values"
