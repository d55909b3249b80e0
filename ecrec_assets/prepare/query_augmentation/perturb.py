"""The same queries written worse, to see how much a model's answers depend on neat writing."""

from __future__ import annotations

from random import Random
from typing import Any

import polars as pl

from ecrec_assets.prepare.query_augmentation.kinds import PERTURBATIONS, Change, check_kinds
from ecrec_assets.prepare.query_augmentation.rows import refuse_soft, rewritten, words_in


def perturbed(queries: pl.LazyFrame, *, kind: str, rate: float, seed: int) -> pl.LazyFrame:
    """The same rows in the same order, of which a share `rate` (0 to 1) is changed once by `kind`.

    Kinds: `typo` (one slip in one word), `order` (two neighbouring spans change places), `case`, `drop` (a word that
    no span needs), `unit` (`2 lb` as `2lb`). Tags move with their words. A query a kind does not fit stays as it is.
    A higher rate changes the same queries in the same way, and more. Raises UnknownKind, SoftLabelsError, and
    ValueError for a rate outside its range.
    """
    check_kinds([kind], PERTURBATIONS)
    if not 0 <= rate <= 1:
        raise ValueError(f"the rate is the share of queries to change, between 0 and 1, not {rate}")
    refuse_soft(queries)
    given = queries.collect()
    rows = [_row(row, PERTURBATIONS[kind], rate, f"{seed} {kind} {n}") for n, row in enumerate(given.rows(named=True))]
    return pl.DataFrame(rows, schema=given.schema, orient="row").lazy()


def _row(row: dict[str, Any], change: Change, rate: float, seed: str) -> dict[str, Any]:
    random = Random(seed)  # noqa: S311  (chance, not secrecy)
    words = words_in(row)
    if random.random() >= rate or not words:
        return row
    return rewritten(row, change(words, random))
