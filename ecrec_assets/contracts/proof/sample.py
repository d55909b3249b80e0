"""The rows that row defects are planted in: few, clean, and some for every condition of the contract."""

from __future__ import annotations

import polars as pl

from ecrec_assets.contracts.engine import conditions
from ecrec_assets.contracts.engine.table import Table
from ecrec_assets.contracts.model import Rule
from ecrec_assets.contracts.proof.catching import PLACE, Net
from ecrec_assets.contracts.suite import row_condition

ROWS = 2_000
ROWS_A_CONDITION = 20
POSITION = "_position"
"""Row number within the whole base."""


def clean_sample(net: Net, base: pl.LazyFrame) -> pl.DataFrame:
    """At most some thousand rows of the base that break no row rule, with `_position` and `_place`."""
    numbered = base.with_row_index(POSITION)
    rows = base.select(pl.len()).collect().item()
    chosen = [numbered.filter(pl.col(POSITION) % max(1, rows // ROWS) == 0).head(ROWS)]
    schema = base.collect_schema()
    chosen += [
        numbered.filter(where).head(ROWS_A_CONDITION)
        for rule in net.contract.rules
        if (where := asked_by(rule, schema)) is not None
    ]
    sample = pl.concat(pl.collect_all(chosen)).unique(POSITION).sort(POSITION).with_row_index(PLACE)
    broken = net.caught(sample.drop(POSITION).lazy()).get_column(PLACE)
    kept = sample.filter(~pl.col(PLACE).is_in(broken.implode()))
    return kept.drop(PLACE).with_row_index(PLACE)


def asked_by(rule: Rule, schema: pl.Schema) -> pl.Expr | None:
    """Rows that a rule with a `where` asks about; None for a rule about all rows."""
    if not rule.where:
        return None
    return conditions.clause(Table(pl.LazyFrame(schema=schema)), row_condition(rule.where))
