"""What became of every given span, and which found spans nobody gave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecrec_assets.evaluate.spans.table import span_table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

OTHER_ENDS, OTHER_TYPE, MISSED, SPURIOUS = "(other ends)", "(other type and ends)", "(missed)", "(spurious)"
SCHEMA = pl.Schema({"given": pl.String(), "found": pl.String(), "spans": pl.Int64()})
PLACE = ["query", "first", "after"]


def span_confusion(given: pl.Series, found: pl.Series) -> pl.DataFrame:
    """`given`, `found`, `spans`, only filled cells. In: one tag a word (List(String)).

    A given span stands in one cell of its type's row: under the found type where both ends are right; else under
    `(other ends)` if a found span of its type overlaps it, `(other type and ends)` if another does, or `(missed)`.
    A found span that overlaps no given one stands in the row `(spurious)` under its type.
    """
    gold, answer = span_table(given), span_table(found).rename({"type": "found"})
    exact = gold.join(answer, on=PLACE, how="inner")
    wrong = gold.join(answer, on=PLACE, how="anti")
    overlaps = _overlapping(wrong, answer)
    same = pl.col("type") == pl.col("found")
    fate = pl.when(same.any()).then(pl.lit(OTHER_ENDS)).otherwise(pl.lit(OTHER_TYPE)).alias("found")
    partly = overlaps.group_by(*PLACE, "type").agg(fate)
    missed = wrong.join(overlaps, on=PLACE, how="anti").with_columns(found=pl.lit(MISSED))
    near = _overlapping(answer, gold)
    spurious = answer.join(near, on=PLACE, how="anti").with_columns(type=pl.lit(SPURIOUS))
    cells = pl.concat([frame.select(given="type", found="found") for frame in (exact, partly, missed, spurious)])
    counted = cells.group_by("given", "found").agg(spans=pl.len().cast(pl.Int64))
    return counted.sort("given", "found").cast(SCHEMA)


def _overlapping(spans: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Pairs of a query that share a word; the ends are those of `spans`."""
    pairs = spans.join(others, on="query", suffix="_other")
    return pairs.filter(pl.col("first") < pl.col("after_other"), pl.col("first_other") < pl.col("after"))


def confusion_plot(confusion: pl.DataFrame) -> Figure:
    """Rows: given types by number of spans; shade: share of the row; numbers: spans."""
    import numpy as np
    from matplotlib.figure import Figure

    rows, columns = axes_of(confusion)
    counts = np.zeros((len(rows), len(columns)))
    for given, found, spans in confusion.select("given", "found", "spans").iter_rows():
        counts[rows.index(given), columns.index(found)] = spans
    figure = Figure(figsize=(3 + 0.5 * len(columns), 2 + 0.4 * len(rows)), layout="constrained")
    axes = figure.subplots()
    axes.imshow(counts / np.maximum(1, counts.sum(axis=1, keepdims=True)), cmap="Blues", vmin=0, vmax=1, aspect="auto")
    axes.set_xticks(range(len(columns)), columns, rotation=60, ha="right", fontsize=8)
    axes.set_yticks(range(len(rows)), rows, fontsize=8)
    axes.set(xlabel="found", ylabel="given", title="Spans: given against found (shade: share of the row)")
    for (row, column), spans in np.ndenumerate(counts):
        if spans:
            colour = "white" if spans > 0.6 * counts[row].sum() else "black"
            axes.text(column, row, f"{spans:,.0f}", ha="center", va="center", fontsize=7, color=colour)
    return figure


def axes_of(confusion: pl.DataFrame) -> tuple[list[str], list[str]]:
    """Rows and columns to show: types by given spans, the most first, then what is no type."""
    by_spans = confusion.group_by("given").agg(pl.col("spans").sum()).sort("spans", "given", descending=[True, False])
    given = [kind for kind in by_spans["given"] if kind != SPURIOUS]
    found = set(confusion["found"]) - {OTHER_ENDS, OTHER_TYPE, MISSED}
    never = sorted(found - set(given))
    return [*given, SPURIOUS], [*given, *never, OTHER_ENDS, OTHER_TYPE, MISSED]
