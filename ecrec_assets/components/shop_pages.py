"""Rows by period as a person sees them on the asset's page."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import dagster as dg

from ecrec_assets.components.metadata import as_image

NEWEST = 14


def periods_page(rows: Sequence[tuple[date, int, int]]) -> dict[str, Any]:
    """A table of the newest periods and, where there are more than a few, a picture of all that this run was for."""
    if not rows:
        return {}
    lines = [f"| {day} | {published:,} | {quarantined:,} |" for day, published, quarantined in rows[-NEWEST:]]
    table = "\n".join(["| period | rows | in quarantine |", "|---|---:|---:|", *reversed(lines)])
    found: dict[str, Any] = {
        "dagster/partition_row_count": sum(published for _, published, _ in rows),
        "newest_periods": dg.MetadataValue.md(table),
    }
    return {**found, "rows_by_period": dg.MetadataValue.md(_picture(rows))} if len(rows) > 2 else found


def _picture(rows: Sequence[tuple[date, int, int]]) -> str:
    from matplotlib.figure import Figure

    days: Any = [day for day, _, _ in rows]
    figure = Figure(figsize=(8, 2.4), layout="constrained")
    axes = figure.subplots()
    axes.plot(days, [published for _, published, _ in rows], color="#2563eb", linewidth=1, label="rows")
    axes.plot(days, [out for _, _, out in rows], color="#c2410c", linewidth=1, label="in quarantine")
    axes.set_ylim(bottom=0)
    axes.tick_params(labelsize=8)
    axes.legend(fontsize=8, frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    return as_image(figure)
