"""Curves drawn here, as SVG: no script, no picture file, and the numbers stand beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ecrec_assets.contracts.pages.heat_html import DIMENSIONS
from ecrec_assets.contracts.pages.ledger import Line
from ecrec_assets.contracts.pages.points import Point, Share, thinned
from ecrec_assets.contracts.pages.view import percent

WIDTH, HEIGHT, MOST_POINTS = 600, 40, 300
NONE = Share(None, 0)


@dataclass(frozen=True)
class Trend:
    """One dimension over time. `failed` of its `rules` failed in the newest verdict."""

    dimension: str
    shares: tuple[Share, ...]
    last: float | None
    failed: int
    rules: int

    @property
    def most(self) -> float | None:
        return max((share.rows for share in self.shares if share.rows is not None), default=None)

    @property
    def curve(self) -> Markup:
        return curve(self.shares, f"{self.dimension}: last {percent(self.last)}, at most {percent(self.most)}")


def trends(points: Sequence[Point], last: Point, newest: Line) -> list[Trend]:
    """A trend for every dimension that has a rule; `last` is the newest column as it is."""
    shown = thinned(points, MOST_POINTS)
    return [_trend(name, shown, last, newest) for name in DIMENSIONS if any(m.dimension == name for m in newest.marks)]


def _trend(name: str, points: Sequence[Point], last: Point, newest: Line) -> Trend:
    marks = [mark for mark in newest.marks if mark.dimension == name]
    failed = sum(mark.state in ("failed", "blocked") for mark in marks)
    shares = tuple(point.shares.get(name, NONE) for point in points)
    return Trend(name, shares, last.shares.get(name, NONE).rows, failed, len(marks))


def curve(shares: Sequence[Share], said: str, *, width: int = WIDTH, height: int = HEIGHT) -> Markup:
    """An area from 0 to the largest value, and a tick where a rule failed."""
    values = [share.rows or 0.0 for share in shares]
    top, gap = max([*values, 1e-12]), width / max(1, len(values) - 1)
    points = [(i * gap, height - 2 - (height - 8) * value / top) for i, value in enumerate(values)]
    if len(points) == 1:
        points = [(0.0, points[0][1]), (float(width), points[0][1])]
    line = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    ticks = "".join(f"M{points[i][0]:.1f} 0v4" for i, share in enumerate(shares) if share.rules)
    path = '<path class="{}" d="{}"/>'
    drawn = path.format("area", f"M0 {height - 2}L{line}L{width} {height - 2}z")
    drawn += path.format("line", f"M{line}") + path.format("ticks", ticks)
    frame = Markup(
        '<svg class="curve" viewBox="-2 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>'
    )
    return frame.format(width + 4, height, said, Markup(drawn))  # noqa: S704 (numbers only)
