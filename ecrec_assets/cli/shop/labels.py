"""The labels of a shop's files as a table for the terminal."""

from typing import TYPE_CHECKING

from rich.table import Table

if TYPE_CHECKING:
    from ecrec_assets.components.shop_labels import Labels


def labels_table(found: "Labels") -> Table:
    """The queries of each split, and below them the spans of each label."""
    table = Table("label", box=None, header_style="bold")
    for split in found.queries:
        table.add_column(split, justify="right")
    table.add_row("(queries)", *(f"{count:,}" for count in found.queries.values()), style="dim")
    for name, *counts in found.spans.iter_rows():
        table.add_row(name, *(f"{count:,}" for count in counts))
    return table
