"""Whether a new version becomes the champion: a pure decision over figures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple


class Decision(NamedTuple):
    """Whether the challenger gets the alias, and why in one sentence."""

    promote: bool
    reason: str


def decide(
    verdict_passed: bool,
    challenger: Mapping[str, float],
    champion: Mapping[str, float] | None,
    *,
    primary: str,
    tolerance: float = 0.0,
) -> Decision:
    """A challenger is promoted when its contract passed and it is not worse than the champion.

    Args:
        verdict_passed: what the model's contract said of the challenger's figures.
        challenger: figures by name.
        champion: the same of the version that serves today; None when there is none.
        primary: the figure that decides; more is better.
        tolerance: how much less than the champion's still counts as equal, in units of `primary`. Above 0, many small
            losses in a row can add up.

    Raises ValueError when the challenger lacks `primary` or it is not finite, and for a negative tolerance.
    """
    if tolerance < 0 or not math.isfinite(tolerance):
        raise ValueError(f"tolerance is {tolerance}; it must be a finite number of 0 or more")
    new = _figure(challenger, primary)
    if not verdict_passed:
        return Decision(False, "The model contract failed; a model that breaks its contract never becomes champion.")
    if champion is None:
        return Decision(True, f"The first version that passed its contract, {primary} {new:.4f}.")
    if primary not in champion:
        return Decision(
            False,
            f"The champion has no {primary} to compare with. Remove the alias to let the next version start anew.",
        )
    return _compare(primary, new, champion[primary], tolerance)


def _compare(primary: str, new: float, old: float, tolerance: float) -> Decision:
    figures = f"{primary} {new:.4f} against the champion's {old:.4f} (difference {new - old:+.4f}"
    figures += f", tolerance {tolerance:g})" if tolerance else ")"
    if new >= old - tolerance:
        return Decision(True, f"Not worse than the champion: {figures}.")
    return Decision(False, f"Worse than the champion: {figures}.")


def _figure(figures: Mapping[str, float], primary: str) -> float:
    if primary not in figures:
        raise ValueError(f"the challenger has no figure '{primary}'; it has {', '.join(sorted(figures)) or 'none'}")
    value = figures[primary]
    if not math.isfinite(value):
        raise ValueError(f"the challenger's {primary} is {value}; a failed evaluation must not decide")
    return value
