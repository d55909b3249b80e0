"""Columns that order or equal each other in nearly every row, and would not if one of them were shuffled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations

import polars as pl

from ecrec_assets.contracts.draft import wording
from ecrec_assets.contracts.draft.finding import Finding
from ecrec_assets.contracts.draft.keys import Facts
from ecrec_assets.contracts.draft.margin import mostly
from ecrec_assets.contracts.draft.names import rule_name

SAMPLED = 50_000
BROKEN = 0.005  # of the rows may break a relation that is one
SURPRISING = 0.05  # of the rows break it when one column is shuffled; less, and it holds by accident
MOST_COLUMNS = 16
LEAST_ROWS = 20
ORDERED = "expect_column_pair_values_a_to_be_greater_than_b"
EQUAL = "expect_column_pair_values_to_be_equal"


def pairs(frame: pl.LazyFrame, columns: Sequence[Facts], rows: int) -> list[Finding]:
    """Found in a sample, counted over all rows."""
    sample = _spread(frame, [each.name for each in columns], rows)
    if sample.height < LEAST_ROWS:
        return []
    found = [*_equal(sample, columns), *_ordered(sample, columns)]
    if not found:
        return []
    counts = [
        count
        for i, (left, right, kind) in enumerate(found)
        for count in (_breaks(left, right, kind).sum().alias(f"b{i}"), _both(left, right).sum().alias(f"n{i}"))
    ]
    counted = frame.select(counts).collect(engine="streaming").row(0, named=True)
    return [_finding(*each, counted[f"b{i}"], counted[f"n{i}"]) for i, each in enumerate(found)]


def every(frame: pl.LazyFrame, step: int) -> pl.LazyFrame:
    """One row in `step`, from the first."""
    if step <= 1:
        return frame
    return frame.with_row_index("__row").filter(pl.col("__row") % step == 0).drop("__row")


def _spread(frame: pl.LazyFrame, names: list[str], rows: int) -> pl.DataFrame:
    """Rows at even distances."""
    return every(frame.select(names), rows // SAMPLED).collect(engine="streaming")


def _equal(sample: pl.DataFrame, columns: Sequence[Facts]) -> Iterator[tuple[str, str, str]]:
    for i, left in enumerate(columns):
        for right in columns[i + 1 :]:
            if (
                left.dtype == right.dtype
                and min(left.distinct, right.distinct) > 1
                and _holds(sample, left, right, EQUAL)
            ):
                yield left.name, right.name, EQUAL


def _ordered(sample: pl.DataFrame, columns: Sequence[Facts]) -> list[tuple[str, str, str]]:
    """Without those that follow from two others."""
    kinds = [[each for each in columns if each.role == role][:MOST_COLUMNS] for role in ("measure", "time")]
    comparable = [pair for kind in kinds for pair in permutations(kind, 2) if _same_kind(*pair)]
    found = {(left.name, right.name) for left, right in comparable if _holds(sample, left, right, ORDERED)}
    both_ways = {(left, right) for left, right in found if (right, left) in found}
    kept = found - both_ways
    middle = {name for pair in kept for name in pair}
    implied = {(left, right) for left, right in kept for by in middle if {(left, by), (by, right)} <= kept}
    return [(left, right, ORDERED) for left, right in sorted(kept - implied)]


def _same_kind(left: Facts, right: Facts) -> bool:
    return left.dtype == right.dtype or (left.dtype.is_numeric() and right.dtype.is_numeric())


def _holds(sample: pl.DataFrame, left: Facts, right: Facts, kind: str) -> bool:
    turned = (pl.int_range(pl.len()) + sample.height // 2 + 1) % sample.height
    shuffled = pl.col(right.name).gather(turned)
    values = sample.select(
        seen=_breaks(left.name, right.name, kind).sum(),
        of=_both(left.name, right.name).sum(),
        shuffled=_relation(pl.col(left.name), shuffled, kind).sum(),
        shuffled_of=(pl.col(left.name).is_not_null() & shuffled.is_not_null()).sum(),
    ).row(0, named=True)
    if values["of"] < LEAST_ROWS or values["shuffled_of"] < LEAST_ROWS // 2 or values["seen"] > BROKEN * values["of"]:
        return False
    least = 0.5 if kind == EQUAL else SURPRISING
    return bool(values["shuffled"] >= least * values["shuffled_of"])


def _breaks(left: str, right: str, kind: str) -> pl.Expr:
    return _relation(pl.col(left), pl.col(right), kind)


def _relation(left: pl.Expr, right: pl.Expr, kind: str) -> pl.Expr:
    return left != right if kind == EQUAL else left < right


def _both(left: str, right: str) -> pl.Expr:
    return pl.col(left).is_not_null() & pl.col(right).is_not_null()


def _finding(left: str, right: str, kind: str, failed: int, rows: int) -> Finding:
    equal = kind == EQUAL
    extra = {} if equal else {"or_equal": True}
    return Finding.row_rule(
        failed,
        name=rule_name(left, rule_name("equals" if equal else "is_at_least", rule_name(right, "x")[:-2])),
        expectation=kind,
        kwargs={
            "column_A": left,
            "column_B": right,
            **extra,
            "ignore_row_if": "either_value_is_missing",
            "mostly": mostly(failed, rows),
        },
        dimension="consistency",
        reason=f"{left} {'equals' if equal else 'is never less than'} {right}; where not, one of them is wrong.",
        evidence=f"{wording.of(rows - failed, rows)} that have both",
    )
