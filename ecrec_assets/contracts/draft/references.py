"""References: columns whose values are found in a column of the same name in another table."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import polars as pl

from ecrec_assets.contracts.draft.finding import Role, Target
from ecrec_assets.contracts.draft.profile import ROWS, VALUE, ColumnProfile
from ecrec_assets.contracts.draft.roles import words_of

INCLUDED = 0.9  # of the rows have to be found, or the columns only share a name
LEAST_DIFFERENT = 3
GENERIC = {"id", "code", "key", "no", "nr", "number"}


class ReferenceColumns:
    """Columns of other tables by name, read once each."""

    def __init__(self, tables: Mapping[str, pl.LazyFrame]) -> None:
        self._tables = tables
        self._values: dict[tuple[str, str], pl.Series] = {}
        self._unique: dict[tuple[str, str], bool] = {}

    @cached_property
    def _schemas(self) -> dict[str, pl.Schema]:
        return {table: frame.collect_schema() for table, frame in self._tables.items()}

    def target(self, column: ColumnProfile, role: Role) -> Target | None:
        """The best target: a key there with the fewest rows not found; else the longest list that holds every value."""
        if role not in ("identifier", "class", "text") or column.distinct < LEAST_DIFFERENT:
            return None
        found = []
        for table, schema in self._schemas.items():
            for name, dtype in schema.items():
                if dtype == column.dtype and _alike(column.name, table, name):
                    orphans = self._orphans(column, table, name)
                    unique = self._unique[table, name]
                    if orphans <= (1 - INCLUDED) * column.present and (unique or orphans == 0):
                        size = self._values[table, name].len()
                        found.append((not unique, orphans, size if unique else -size, Target(table, name, orphans)))
        return min(found, key=lambda each: (*each[:3], each[3].table))[3] if found else None

    def _orphans(self, column: ColumnProfile, table: str, name: str) -> int:
        if (table, name) not in self._values:
            read = self._tables[table].select(pl.col(name).drop_nulls())
            rows = int(read.select(pl.len()).collect(engine="streaming").item())
            values = read.unique().collect(engine="streaming").to_series()
            self._values[table, name] = values
            self._unique[table, name] = values.len() == rows
        keys = self._values[table, name].alias(VALUE).to_frame()
        return int(column.counts.join(keys, on=VALUE, how="anti")[ROWS].sum())


def _alike(ours: str, table: str, theirs: str) -> bool:
    """The same name, or `product_id` here and `id` in `products` there."""
    left, right = words_of(ours), words_of(theirs)
    if left == right:
        return not set(left) <= GENERIC
    things = {word.removesuffix("s") for word in words_of(table.rpartition("/")[2])}
    return (
        set(right) <= GENERIC and left[-1:] == right[-1:] and {word.removesuffix("s") for word in left[:-1]} <= things
    )
