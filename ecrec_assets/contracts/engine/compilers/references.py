"""Rules that look into another table: every value is there, and enough of its keys are here."""

from __future__ import annotations

import polars as pl

from ecrec_assets.contracts.engine.compilers.domain import Asked
from ecrec_assets.contracts.engine.plan import Plan, Scalar
from ecrec_assets.contracts.engine.table import CannotCompile


def exists(asked: Asked) -> pl.Expr:
    return asked.value.is_in(_keys(asked).implode())


def coverage(asked: Asked) -> Plan:
    """The share of distinct reference keys that occur in the column; 1 when the reference is empty."""
    keys = _keys(asked)
    met = asked.present.filter(asked.present.is_in(keys.implode())).n_unique()
    return Scalar(met, lambda found: found / len(keys) if len(keys) else 1.0)


def _keys(asked: Asked) -> pl.Series:
    reference, column = asked.arguments["reference"], asked.arguments["reference_column"]
    keys = asked.table.keys(reference, column)
    if keys.dtype != asked.dtype:
        raise CannotCompile(f"{asked.column} is {asked.dtype} but {reference}.{column} is {keys.dtype}")
    return keys
