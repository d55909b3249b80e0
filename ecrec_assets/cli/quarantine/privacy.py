"""Personal values are shown only to who asks for them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from ecrec_assets.contracts.model import Contract

MASK = "•••"


def hidden_columns(contract: Contract, columns: Collection[str]) -> list[str]:
    """The columns that are not public; unreadable text may be a value of any, so it is hidden with the first."""
    from ecrec_assets.lake.identical import UNREADABLE

    classes = {column.name: column.classification for column in contract.columns}
    hidden = [name for name in columns if name != UNREADABLE and classes.get(name, "") not in ("", "public")]
    return [*hidden, UNREADABLE] if hidden and UNREADABLE in columns else hidden


def masked(rows: pl.DataFrame, hidden: Iterable[str]) -> pl.DataFrame:
    """A missing value stays missing: that it is missing may be what is wrong with it."""
    import polars as pl

    return rows.with_columns(pl.when(pl.col(name).is_not_null()).then(pl.lit(MASK)).alias(name) for name in hidden)
