"""How the engine grows: 25 expectations, exact uniqueness and median among them, on 1, 10 and 100 million rows.

python -m tests.bench.engine_size                     writes docs/images/engine-size.png
python -m tests.bench.engine_size --rows 1000000,10000000 --folder DIR --plot FILE
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from tests.bench.engine import Figures, apart
from tests.bench.engine_data import path_of

PLOT = Path(__file__).parents[2] / "docs" / "images" / "engine-size.png"
MOST = 8.0


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--rows", default="1000000,10000000,100000000")
    ask.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "ecrec-bench")
    ask.add_argument("--plot", type=Path, default=PLOT)
    given = ask.parse_args()
    found: dict[int, Figures] = {}
    print(f"25 expectations on 2 cores, load {os.getloadavg()[0]:.1f} at the start")
    for rows in map(int, given.rows.split(",")):
        found[rows] = apart("ecrec", path_of(given.folder, rows), 25)
        print("{:>12,} rows {seconds:8.2f} s {cpu:8.2f} cpu s {gigabytes:6.2f} GB".format(rows, **found[rows]))
    draw(found, given.plot)


def draw(found: dict[int, Figures], path: Path) -> None:
    """Time and memory over rows, both axes logarithmic: a straight line of slope one is linear."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 3.6), layout="constrained")
    rows = [count / 1e6 for count in found]
    parts = (("seconds", "seconds", "#2b6cb0"), ("gigabytes", "peak memory, GB", "#c05621"))
    for axis, (key, label, colour) in zip(figure.subplots(1, 2), parts, strict=True):
        values = [each[key] for each in found.values()]
        axis.plot(rows, values, "o-", color=colour)
        axis.plot(rows, [values[-1] * count / rows[-1] for count in rows], ":", color="#999999", label="linear")
        for count, value in zip(rows, values, strict=True):
            axis.annotate(f"{value:.3g}", (count, value), textcoords="offset points", xytext=(-4, 8), ha="right")
        if key == "gigabytes":
            axis.axhline(MOST, color="#bbbbbb", linewidth=0.8)
        axis.set(xscale="log", yscale="log", xlabel="million rows × 6 columns", title=label)
        axis.legend(frameon=False)
        axis.margins(0.18)
    figure.suptitle("25 expectations, exact uniqueness and median among them, on 2 cores")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)


if __name__ == "__main__":
    main()
