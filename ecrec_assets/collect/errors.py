"""The one error of this room."""

from __future__ import annotations


class CollectError(Exception):
    """A source that cannot be read. The message names the source, what is wrong with it, and the way out."""

    def __init__(self, source: object, what: str, way_out: str) -> None:
        super().__init__(f"{source}: {what}. {way_out}")
