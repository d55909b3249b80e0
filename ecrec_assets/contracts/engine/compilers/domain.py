"""Which rows a row rule looks at: its row condition, and which missing values let a row off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from ecrec_assets.contracts.engine.compilers.columns import all_of, value
from ecrec_assets.contracts.engine.plan import CannotCompile, Table


@dataclass(frozen=True)
class Domain:
    """Columns of a rule and the rows it asks about; `where` is the row condition, never null."""

    columns: tuple[str, ...] = ()
    where: pl.Expr | None = None
    ignore_row_if: str | None = None
    shape: Literal["column", "pair", "list"] = "column"

    @property
    def column(self) -> str:
        return self.columns[0]

    def values(self, table: Table) -> list[pl.Expr]:
        return [value(table, name) for name in self.columns]

    def rows(self, table: Table, *, skip_nulls: bool = True) -> pl.Expr | None:
        """True on the rows asked about; None means all rows."""
        parts = [] if self.where is None else [self.where]
        missing = self._missing(table) if skip_nulls else None
        parts += [] if missing is None else [~missing]
        return all_of(parts[1:]) & parts[0] if len(parts) > 1 else parts[0] if parts else None

    def _missing(self, table: Table) -> pl.Expr | None:
        nulls = [part.is_null() for part in self.values(table)]
        match self.ignore_row_if:
            case None | "any_value_is_missing" | "either_value_is_missing":
                return pl.any_horizontal(nulls)
            case "all_values_are_missing" | "both_values_are_missing":
                return pl.all_horizontal(nulls)
            case "never" | "neither":
                return None
        raise CannotCompile(f'Unrecognized value of ignore_row_if ("{self.ignore_row_if}").')


def domain_of(kwargs: dict[str, Any], where: pl.Expr | None) -> Domain:
    """Reads the columns out of Great Expectations' domain kwargs."""
    ignore = kwargs.get("ignore_row_if")
    if "column_A" in kwargs:
        return Domain((kwargs["column_A"], kwargs["column_B"]), where, ignore, "pair")
    if "column_list" in kwargs:
        return Domain(tuple(kwargs["column_list"] or ()), where, ignore, "list")
    return Domain((kwargs["column"],) if kwargs.get("column") else (), where)
