"""The errors of this room. Each message names the table, what is wrong, and the way out."""

from __future__ import annotations


class LakeError(Exception):
    """Anything the lake refuses to do."""


class NotPublished(LakeError):
    """The table, or the version of it asked for, is not there for readers."""


class NotPublishable(LakeError):
    """A candidate that may not become a version; what was published before is unchanged."""
