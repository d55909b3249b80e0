"""A heat map as HTML: a table whose cells are words for who cannot see, signs for who sees no colour, links for all."""

from __future__ import annotations

from itertools import groupby
from urllib.parse import quote

from markupsafe import Markup, escape

from ecrec_assets.contracts.pages.heat import Cell, Column, HeatMap
from ecrec_assets.contracts.pages.ledger import Mark
from ecrec_assets.verdict import Dimension

SIGNS = {"failed": "!", "blocked": "✕"}
BARS = "▁▃▅▇"
DIMENSIONS: tuple[Dimension, ...] = ("completeness", "consistency", "accuracy", "timeliness", "uniqueness", "balance")


def heat_table(heat: HeatMap, *, caption: str, own: bool = False) -> Markup:
    """For a page in the folder of the verdicts' pages; `own`: it is the one verdict's page itself."""
    names = {c.verdict: escape("" if own else f"{quote(c.verdict)}.html") for c in heat.columns}
    rows = [_row(mark, heat, names, Markup() if own else Markup("latest.html")) for mark in heat.rules]
    long = any(len(column.short) > 2 for column in heat.columns)
    head, body = _groups(heat) + _heads(heat, names), _verdicts(heat) + "".join(rows)
    return Markup(  # noqa: S704 (each part escapes its values)
        f'<div class="heat-box" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f'<table class="heat{" tall" if long else ""}"><caption>{escape(caption)}</caption>'
        f"<thead>{head}</thead><tbody>{body}</tbody></table></div>"
    )


def _groups(heat: HeatMap) -> str:
    spans = [(group, len(list(columns))) for group, columns in groupby(heat.columns, key=lambda c: c.group)]
    shown = (escape(group) if span > 3 or len(spans) == 1 else "" for group, span in spans)
    cells = "".join(
        f'<th colspan="{span}" scope="colgroup"><span>{text}</span></th>'
        for text, (_, span) in zip(shown, spans, strict=True)
    )
    return f'<tr class="groups"><td></td>{cells}</tr>'


def _heads(heat: HeatMap, names: dict[str, Markup]) -> str:
    cells = "".join(
        f'<th scope="col"><a href="{names[c.verdict]}" title="{escape(c.title)}">{escape(c.short)}</a></th>'
        for c in heat.columns
    )
    return f'<tr class="heads"><th scope="col">{"Partition" if heat.kind == "partition" else "Run"}</th>{cells}</tr>'


def _verdicts(heat: HeatMap) -> str:
    said = {"ok": "passed", "some": "passed, some rows fail", "failed": "passed with warnings", "blocked": "blocked"}
    cells = "".join(
        f'<td class="{c.state}" title="{escape(c.title)}: {said[c.state]}">{SIGNS.get(c.state, "·")}</td>'
        for c in heat.columns
    )
    return f'<tr class="all"><th scope="row">all rules</th>{cells}</tr>'


def _row(mark: Mark, heat: HeatMap, names: dict[str, Markup], last: Markup) -> str:
    anchor = escape(quote(mark.name))
    pieces = []
    for (verdict, whole), columns in groupby(heat.columns, key=lambda c: _spread(c, mark.name)):
        run = list(columns)
        pieces += (
            [_band(run, run[0].cells[mark.name], names[verdict], anchor)]
            if whole
            else [_cell(column, column.cells.get(mark.name), names[verdict], anchor) for column in run]
        )
    cells = "".join(pieces)
    return (
        f'<tr data-dimension="{escape(mark.dimension)}" data-severity="{escape(mark.severity)}" '
        f'data-state="{heat.states[mark.name]}" data-rule="{anchor}">'
        f'<th scope="row"><a href="{last}#{anchor}">{escape(mark.name)}</a></th>{cells}</tr>'
    )


def _spread(column: Column, rule: str) -> tuple[str, bool]:
    cell = column.cells.get(rule)
    return column.verdict, cell is not None and cell.whole


def _band(columns: list[Column], cell: Cell, page: Markup, anchor: Markup) -> str:
    """One cell over all the columns that were judged together."""
    span = f'colspan="{len(columns)}"'
    if cell.kind == "ok":
        return f'<td {span} class="whole">·</td>'
    title = escape(f"{columns[0].title} to {columns[-1].title} together: {cell.text}")
    said = f"{SIGNS[cell.kind]} {title}"
    return (
        f'<td {span} class="{cell.kind} whole"><a href="{page}#{anchor}" title="{title}"><span>{said}</span></a></td>'
    )


def _cell(column: Column, cell: Cell | None, page: Markup, anchor: Markup) -> str:
    if cell is None:
        return '<td class="none">–</td>'
    if cell.kind == "ok":
        return "<td>·</td>"
    sign = SIGNS.get(cell.kind) or BARS[cell.level - 1]
    level = f" s{cell.level}" if cell.kind == "some" else ""
    title = escape(f"{column.title}: {cell.text}")
    return f'<td class="{cell.kind}{level}"><a href="{page}#{anchor}" title="{title}">{sign}</a></td>'
