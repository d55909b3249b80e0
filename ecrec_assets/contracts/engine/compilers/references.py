"""Rules that look into another table: every value is there, and enough of its keys are here."""

from __future__ import annotations

import polars as pl

from ecrec_assets.contracts.engine.compilers.columns import all_of
from ecrec_assets.contracts.engine.compilers.domain import Asked
from ecrec_assets.contracts.engine.compilers.lookups import shared
from ecrec_assets.contracts.engine.plan import Plan, Scalar
from ecrec_assets.contracts.engine.table import CannotCompile


def exists(asked: Asked) -> pl.Expr:
    own, keys = _keys(asked)
    return own.is_in(keys.implode())


def coverage(asked: Asked) -> Plan:
    """The share of distinct reference keys that occur in the column; 1 when the reference is empty."""
    own, keys = _keys(asked)
    met = own.filter(all_of([asked.where, own.is_in(keys.implode()).fill_null(value=False)])).n_unique()
    return Scalar(met, lambda found: found / len(keys) if len(keys) else 1.0)


def _keys(asked: Asked) -> tuple[pl.Expr, pl.Series]:
    """The column and the distinct values of the reference, both in a type that holds either."""
    reference, column = asked.arguments["reference"], asked.arguments["reference_column"]
    keys = asked.table.keys(reference, column)
    dtype = shared(asked.dtype, keys.dtype)
    if dtype is None:
        raise CannotCompile(f"{asked.column} is {asked.dtype} but {reference}.{column} is {keys.dtype}")
    return (
        (asked.value, keys)
        if dtype == asked.dtype == keys.dtype
        else (asked.value.cast(dtype), keys.cast(dtype).unique())
    )
