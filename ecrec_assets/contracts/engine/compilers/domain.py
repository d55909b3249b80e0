"""Which rows a metric looks at: its columns, its row condition, and which missing values let a row off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import polars as pl

from ecrec_assets.contracts.engine.compilers.columns import all_of, value
from ecrec_assets.contracts.engine.plan import present
from ecrec_assets.contracts.engine.table import CannotCompile, Table

Shape = Literal["column", "pair", "list"]


@dataclass(frozen=True)
class Domain:
    """Columns of a rule and the rows it asks about; `where` is the row condition, never null."""

    columns: tuple[str, ...] = ()
    where: pl.Expr | None = None
    ignore_row_if: str | None = None
    shape: Shape = "column"


class Asked(NamedTuple):
    """One metric: the table it is asked of, its domain, and its own arguments."""

    table: Table
    domain: Domain
    arguments: dict[str, Any]

    @property
    def column(self) -> str:
        return self.domain.columns[0]

    @property
    def dtype(self) -> pl.DataType:
        """The type of the (first) column. CannotCompile when it may not be read."""
        return self.table.column(self.column)

    @property
    def value(self) -> pl.Expr:
        """The (first) column in every row, NaN as null."""
        return value(self.table, self.column)

    @property
    def values(self) -> list[pl.Expr]:
        """All columns in every row, NaN as null."""
        return [value(self.table, name) for name in self.domain.columns]

    @property
    def present(self) -> pl.Expr:
        """The values of the column in the rows asked about, without nulls."""
        return present(self.value, self.domain.where)

    @property
    def where(self) -> pl.Expr:
        """The row condition; true everywhere when there is none."""
        return pl.lit(value=True) if self.domain.where is None else self.domain.where

    def rows(self, *, skip_nulls: bool = True) -> pl.Expr | None:
        """True on the rows asked about; None means all rows."""
        missing = self._missing() if skip_nulls else None
        parts = [part for part in (self.domain.where, None if missing is None else ~missing) if part is not None]
        return all_of(parts) if parts else None

    def _missing(self) -> pl.Expr | None:
        nulls = [part.is_null() for part in self.values]
        match self.domain.ignore_row_if:
            case None | "any_value_is_missing" | "either_value_is_missing":
                return pl.any_horizontal(nulls)
            case "all_values_are_missing" | "both_values_are_missing":
                return pl.all_horizontal(nulls)
            case "never" | "neither":
                return None
        raise CannotCompile(f'Unrecognized value of ignore_row_if ("{self.domain.ignore_row_if}").')


def domain_of(kwargs: dict[str, Any], where: pl.Expr | None) -> Domain:
    """Reads the columns out of Great Expectations' domain kwargs."""
    ignore = kwargs.get("ignore_row_if")
    if "column_A" in kwargs:
        return Domain((kwargs["column_A"], kwargs["column_B"]), where, ignore, "pair")
    if "column_list" in kwargs:
        return Domain(tuple(kwargs["column_list"] or ()), where, ignore, "list")
    return Domain((kwargs["column"],) if kwargs.get("column") else (), where)
