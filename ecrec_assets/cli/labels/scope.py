"""What the label commands have in common: the table of queries, what was found out about its labels, its label set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrec_assets.settings import get_settings

if TYPE_CHECKING:
    import polars as pl

QUERIES = "datasets/queries"
REPORT = "evaluations/query_labels"


def published(table: str) -> pl.LazyFrame:
    """The version in force. LakeError says how to make it."""
    from ecrec_assets.lake.store import Lake

    return Lake(get_settings().lake).read(table)


def types_of(table: str) -> tuple[str, ...]:
    """The label set, as the contract of the queries lists it."""
    from ecrec_assets.components.catalogue import contract
    from ecrec_assets.contracts.label_types import label_types

    return label_types(contract(table))


def is_private(table: str) -> bool:
    """Whether the contract says that the words of queries may not be shown to everybody."""
    from ecrec_assets.components.catalogue import contract

    shown = ("text", "tokens")
    return any(
        column.classification not in ("", "public", None) for column in contract(table).columns if column.name in shown
    )
