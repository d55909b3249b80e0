"""Calibration as a picture: predicted probability against the share that was really bought."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def reliability_plot(curve: pl.DataFrame) -> Figure:
    """`curve` as `reliability_curve` makes it. Logarithmic axes, since most pairs have a tiny probability."""
    from matplotlib.figure import Figure

    shown = curve.filter(pl.col("predicted") > 0, pl.col("observed") > 0)
    figure = Figure(figsize=(5, 4.5), layout="constrained")
    axes = figure.subplots()
    axes.plot([1e-5, 1], [1e-5, 1], color="#94a3b8", linewidth=1, label="perfect")
    sizes = 20 + 20 * shown["pairs"].log10()
    axes.scatter(shown["predicted"], shown["observed"], s=sizes, color="#2563eb", alpha=0.8, label="bins (size: pairs)")
    axes.set(
        xscale="log", yscale="log", xlabel="predicted probability Z", ylabel="share bought", title="Reliability of Z"
    )
    axes.legend(frameon=False)
    axes.grid(alpha=0.2)
    return figure
