"""One column of a draft: what it is for, whether it is about a person, and its rules."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from ecrec_assets.contracts.draft import wording
from ecrec_assets.contracts.draft.balance import balance
from ecrec_assets.contracts.draft.finding import ColumnDraft, Finding, Role, Target
from ecrec_assets.contracts.draft.levels import levels
from ecrec_assets.contracts.draft.margin import mostly
from ecrec_assets.contracts.draft.missing import budget
from ecrec_assets.contracts.draft.names import rule_name
from ecrec_assets.contracts.draft.patterns import patterns
from ecrec_assets.contracts.draft.personal import classification
from ecrec_assets.contracts.draft.profile import VALUE, ColumnProfile
from ecrec_assets.contracts.draft.ranges import ranges
from ecrec_assets.contracts.draft.references import ReferenceColumns
from ecrec_assets.contracts.draft.roles import role_of
from ecrec_assets.contracts.draft.sets import closed_values, open_sets
from ecrec_assets.contracts.draft.texts import texts
from ecrec_assets.contracts.draft.times import days, span

IDENTITIES = ("text", "identifier")  # of a person: no value of such a column is written down


def drafted(column: ColumnProfile, references: ReferenceColumns) -> ColumnDraft:
    """Everything but the keys, which need the other columns."""
    role = role_of(column)
    kind, why = classification(column, role)
    private = bool(kind)
    target = references.target(column, role)
    values = () if private and role in IDENTITIES else closed_values(column, role)
    return ColumnDraft(
        name=column.name,
        dtype=column.dtype,
        role=role,
        description=_description(column, role, private=private),
        found="; ".join(_found(column, values, target, kind, why)),
        required=column.missing == 0 and column.rows > 0,
        classification=kind,
        values=values,
        target=target,
        rules=tuple(_rules(column, role, values, target, private=private)),
    )


def _rules(
    column: ColumnProfile, role: Role, values: tuple[str, ...], target: Target | None, *, private: bool
) -> Iterator[Finding]:
    yield from budget(column)
    if target is not None and target.orphans:
        yield _orphans(column, target)
    yield from ranges(column, role, private=private)
    yield from levels(column, role, private=private)
    if not values:
        yield from open_sets(column, role)
        yield from patterns(column, role)
        yield from texts(column, role)
    yield from balance(column, role)
    if role == "time" and isinstance(column.dtype, pl.Date | pl.Datetime):
        yield from span(column)
        yield from days(column)
    if column.not_finite:
        yield _finite(column)


def _orphans(column: ColumnProfile, target: Target) -> Finding:
    """Named as the rule that follows from the relationship, so that it takes its place."""
    return Finding(
        name=f"{column.name}_exists_in_{target.table.replace('/', '_')}",
        expectation="expect_column_values_to_exist_in_reference",
        kwargs={
            "reference": target.table,
            "reference_column": target.column,
            "mostly": mostly(target.orphans, column.present),
        },
        dimension="consistency",
        reason=f"What {target.table} does not know cannot be joined; {column.name} points there.",
        evidence=f"{wording.of(column.present - target.orphans, column.present)} found in "
        f"{target.table}.{target.column}",
    )


def _finite(column: ColumnProfile) -> Finding:
    return Finding(
        name=rule_name(column.name, "is_finite"),
        expectation="expect_column_list_values_to_be_finite",
        kwargs={"column_list": [column.name], "mostly": mostly(column.not_finite, column.rows)},
        dimension="accuracy",
        reason="NaN and infinity pass through sums and comparisons unseen.",
        evidence=f"{column.not_finite:,} of {wording.rows(column.rows)} are NaN or infinite",
    )


def _description(column: ColumnProfile, role: Role, *, private: bool) -> str:
    if column.present == 0:
        return "Empty in every row." if column.rows else "No rows were seen."
    if column.distinct == 1 and not private:
        return "The same value in every row that has one."
    many = f"{column.distinct:,} different values"
    if role == "measure" and not private:
        low, high = wording.number(column.quantile(0.25)), wording.number(column.quantile(0.75))
        return f"A number; half of them lie between {low} and {high}." if low != high else f"A number, mostly {low}."
    if role == "time":
        return f"From {wording.number(column.low)} to {wording.number(column.high)}."
    said = {"identifier": "An identifier", "class": "A class", "flag": "Yes or no", "text": "Text"}.get(role, "A value")
    return f"{said}; {many}." if role != "flag" else "Yes or no."


def _found(column: ColumnProfile, values: tuple[str, ...], target: Target | None, kind: str, why: str) -> Iterator[str]:
    if column.missing == 0:
        yield f"no value missing in {wording.rows(column.rows)}"
    if values:
        rarest = column.rarest
        yield f"{len(values)} values, the rarest in {wording.rows(rarest)}, none new in the second half"
    if target is not None and not target.orphans:
        yield f"all found in {target.table}.{target.column}"
    if kind:
        yield f"{kind} {why}"
    numeric = _nearly_numbers(column)
    if numeric:
        yield f"{wording.of(numeric, column.present)} hold a number, the others do not"


def _nearly_numbers(column: ColumnProfile) -> int:
    """Rows of a text column that hold a number, when nearly all do and some do not: a type to think about."""
    if column.dtype != pl.String() or column.present == 0:
        return 0
    numbers = column.rows_where(pl.col(VALUE).str.contains(r"^-?(0|[1-9]\d*)(\.\d+)?$"))
    return numbers if 0.9 * column.present < numbers < column.present else 0
