"""The one error of this room."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class ShopFileError(ValueError):
    """A shop file that cannot be used; the message names file, line, what is wrong and the nearest right name."""


def nearest(name: object, known: Iterable[str]) -> str:
    """`; do you mean 'partition'?`, or the whole list when nothing is near."""
    names = sorted(known)
    near = get_close_matches(str(name), names, n=1, cutoff=0.5)
    return f"; do you mean '{near[0]}'?" if near else f"; there are {', '.join(names) or 'none'}"
