"""All of a contract's runs in one small picture, a link for each page that shows them in full."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from markupsafe import Markup, escape

from ecrec_assets.contracts.pages.heat import WORST
from ecrec_assets.contracts.pages.history import SEALED, History
from ecrec_assets.contracts.pages.points import Point, thinned
from ecrec_assets.contracts.pages.view import moment
from ecrec_assets.contracts.report_links import runs_page_of

MAP_WIDTH = 600


def small_map(history: History, rules: Sequence[str]) -> Markup:
    """A row for each of `rules`, oldest left. Nothing is drawn where a rule holds."""
    points = thinned(history.points, MAP_WIDTH)
    paths = "".join(f'<path class="{kind}" d="{_path(points, rules, kind)}"/>' for kind in WORST[1:])
    width = len(points) * SEALED / history.count
    areas = "".join(
        f'<a href="{runs_page_of(n + 1)}"><title>{escape(moment(seal.first))} to {escape(moment(seal.last))}</title>'
        f'<rect x="{n * width:.1f}" width="{width:.1f}" height="{len(rules)}"/></a>'
        for n, seal in enumerate(history.seals)
    )
    said = f"All {history.count:,} runs, oldest left; a link for each page of them"
    return Markup(  # noqa: S704 (numbers and names of our own)
        f'<svg class="small-map" viewBox="0 0 {len(points)} {len(rules)}" preserveAspectRatio="none" role="group" '
        f'aria-label="{said}">{paths}{areas}</svg>'
    )


def _path(points: Sequence[Point], rules: Sequence[str], kind: str) -> str:
    """One run of neighbouring cells is one rectangle."""
    pieces = []
    for y, rule in enumerate(rules):
        found = [point.kinds.get(rule, "ok") == kind for point in points]
        for here, run in groupby(enumerate(found), key=lambda at: at[1]):
            cells = list(run)
            if here:
                pieces.append(f"M{cells[0][0]} {y}h{len(cells)}v1h-{len(cells)}z")
    return "".join(pieces)
