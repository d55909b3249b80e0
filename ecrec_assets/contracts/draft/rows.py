"""The table as a whole: how many rows it has, and whether one stands in it twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ecrec_assets.contracts.draft import wording
from ecrec_assets.contracts.draft.finding import Finding
from ecrec_assets.contracts.draft.margin import mostly

LEAST, MOST = 0.6, 1.9  # half a table and a table delivered twice fall outside


def row_count(rows: int) -> Iterator[Finding]:
    """Between six tenths and nineteen tenths of the rows drafted from: less is a part, more is delivered twice."""
    if rows < 10:
        return
    yield Finding(
        name="row_count_is_usual",
        expectation="expect_table_row_count_to_be_between",
        kwargs={"min_value": int(LEAST * rows), "max_value": int(MOST * rows)},
        dimension="completeness",
        reason="Half a table was cut off, twice a table was loaded twice. Say here how large a delivery may be.",
        evidence=wording.rows(rows),
    )


def repeated(surplus: int, rows: int) -> Finding:
    """For a table without a key: a row that says what another one says."""
    return Finding.row_rule(
        surplus,
        name="rows_are_distinct",
        expectation="expect_rows_to_be_distinct",
        kwargs={"mostly": mostly(surplus, rows)},
        dimension="uniqueness",
        reason="The same row twice is one fact exported twice; it counts double in every sum.",
        evidence=f"{surplus:,} of {wording.rows(rows)} repeat an earlier one",
    )


def unique(columns: Sequence[str], rows: int) -> Iterator[Finding]:
    """Other columns than the key that are unique by meaning."""
    for name in columns:
        yield Finding.row_rule(
            0,
            name=f"{name}_is_unique" if name.isidentifier() else "second_key_is_unique",
            expectation="expect_column_values_to_be_unique",
            kwargs={"column": name, "mostly": mostly(0, rows)},
            dimension="uniqueness",
            reason=f"Every row has its own {name}; the same one twice belongs to two rows by mistake.",
            evidence=f"{wording.rows(rows)}, as many different values",
        )
