"""Calibration of words and spans as a picture, before and after the temperature."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecrec_assets.evaluate.calibration.expected_calibration_error import expected_calibration_error

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLOURS = {"before": "#94a3b8", "after": "#2563eb"}


def span_reliability_plot(reliability: pl.DataFrame) -> Figure:
    """`reliability`: stage, unit and the columns of `Certainty.curve`. A point's size grows with its answers."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 4.5), layout="constrained")
    for axes, unit in zip(figure.subplots(1, 2), ("word", "span"), strict=True):
        axes.plot([0, 1], [0, 1], color="#cbd5e1", linewidth=1)
        for stage, colour in COLOURS.items():
            curve = reliability.filter(stage=stage, unit=unit)
            if curve.height:
                error = expected_calibration_error(curve.rename({"answers": "pairs"}))
                sizes = 150 * curve["answers"] / curve["answers"].max() + 8
                label = f"{stage}: error {error:.3f}"
                axes.plot(curve["predicted"], curve["observed"], color=colour, linewidth=1)
                axes.scatter(curve["predicted"], curve["observed"], s=sizes, color=colour, alpha=0.8, label=label)
        axes.set(xlabel=f"probability of the {unit}", ylabel="share right", title=f"{unit}s", xlim=(0, 1), ylim=(0, 1))
        axes.legend(frameon=False)
        axes.grid(alpha=0.2)
    figure.suptitle("Reliability before and after temperature scaling")
    return figure
