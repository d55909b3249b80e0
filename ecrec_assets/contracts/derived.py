"""Rules that follow from the schema alone, so that no author writes them twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ecrec_assets.contracts.engine.compilers.columns import leaf
from ecrec_assets.contracts.model import Column, Freshness, Reference, Rule

SCHEMA_RULE = "schema_matches"
UNREADABLE = "_unreadable"  # a reader's column: JSON of the values it could not read, null where it read all


def derived_rules(
    columns: Sequence[Column],
    primary_key: tuple[str, ...],
    unique: Sequence[str],
    enums: Mapping[str, list[Any]],
    references: Sequence[Reference],
    freshness: Freshness | None,
    *,
    mostly: float,
) -> tuple[Rule, ...]:
    """`mostly` is the share of rows that must pass; the rest may go to quarantine without blocking the table."""
    return (
        _schema(columns),
        _rows(),
        _readable(mostly),
        *_required(columns, mostly),
        *_finite(columns, mostly),
        *_key(primary_key, mostly),
        *(_unique(column, mostly) for column in unique),
        *(_enum(column, values, mostly) for column, values in enums.items()),
        *(_reference(reference, mostly) for reference in references),
        *_fresh(freshness),
    )


def _schema(columns: Sequence[Column]) -> Rule:
    schema = {column.name: str(column.dtype) for column in columns}
    return Rule(
        SCHEMA_RULE,
        "expect_table_schema_to_match",
        {"column_types": schema},
        "consistency",
        "critical",
        "block",
        "A missing, renamed or retyped column makes every later step read something else than it believes.",
    )


def _rows() -> Rule:
    return Rule(
        "has_rows",
        "expect_table_row_count_to_be_between",
        {"min_value": 1},
        "completeness",
        "critical",
        "block",
        "An empty delivery must not replace a good table.",
    )


def _readable(mostly: float) -> Rule:
    return Rule(
        "values_are_readable",
        "expect_column_values_to_be_null",
        {"column": UNREADABLE, "mostly": mostly},
        "consistency",
        "critical",
        "quarantine",
        "A value that is not of its column's type was read as missing; its row keeps the original text.",
    )


def _required(columns: Sequence[Column], mostly: float) -> Iterator[Rule]:
    for column in columns:
        if column.required:
            yield Rule(
                f"{column.name}_is_present",
                "expect_column_values_to_not_be_null",
                {"column": column.name, "mostly": mostly},
                "completeness",
                "critical",
                "quarantine",
                f"The contract requires a value of {column.name} in every row.",
            )


def _finite(columns: Sequence[Column], mostly: float) -> Iterator[Rule]:
    floats = [column.name for column in columns if leaf(column.dtype).is_float()]
    if floats:
        yield Rule(
            "numbers_are_finite",
            "expect_column_list_values_to_be_finite",
            {"column_list": floats, "mostly": mostly},
            "accuracy",
            "critical",
            "quarantine",
            "NaN and infinity pass through sums and comparisons unseen and ruin every model trained on them.",
        )


def _key(primary_key: tuple[str, ...], mostly: float) -> Iterator[Rule]:
    if primary_key:
        yield Rule(
            "primary_key_is_unique",
            "expect_column_list_to_be_a_key",
            {"column_list": list(primary_key), "mostly": mostly},
            "uniqueness",
            "critical",
            "quarantine",
            f"One row a {', '.join(primary_key)}: a repeated key counts twice in every join and sum.",
        )


def _unique(column: str, mostly: float) -> Rule:
    return Rule(
        f"{column}_is_unique",
        "expect_column_values_to_be_unique",
        {"column": column, "mostly": mostly},
        "uniqueness",
        "critical",
        "quarantine",
        f"The contract says that no {column} comes twice.",
    )


def _enum(column: str, values: list[Any], mostly: float) -> Rule:
    return Rule(
        f"{column}_is_known",
        "expect_column_values_to_be_in_set",
        {"column": column, "value_set": values, "mostly": mostly},
        "consistency",
        "critical",
        "quarantine",
        f"{column} has a closed list of values; a new spelling would silently become a new class.",
    )


def _reference(reference: Reference, mostly: float) -> Rule:
    return Rule(
        f"{reference.column}_exists_in_{reference.table.replace('/', '_')}",
        "expect_column_values_to_exist_in_reference",
        {
            "column": reference.column,
            "reference": reference.table,
            "reference_column": reference.to_column,
            "mostly": mostly,
        },
        "consistency",
        "critical",
        "quarantine",
        f"A {reference.column} that {reference.table} does not know has no name, price or category to learn from.",
    )


def _fresh(freshness: Freshness | None) -> Iterator[Rule]:
    if freshness:
        yield Rule(
            "is_fresh",
            "expect_column_max_to_be_recent",
            {
                "column": freshness.column,
                "max_age_hours": freshness.hours,
                "as_of": freshness.as_of.isoformat() if freshness.as_of else None,
            },
            "timeliness",
            "warning",
            "warn",
            "A model trained on an old table recommends what was bought then.",
        )
