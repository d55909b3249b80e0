"""What a module's syntax tree said, kept beside the byte code: parsing every module takes half a second a process.

The key is the source itself, so an entry is never stale. Deleting the file loses nothing; where it cannot be written,
every process parses for itself.
"""

import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).parent / "__pycache__" / f"syntax_trees.{sys.implementation.cache_tag}.json"


class Parsed(NamedTuple):
    """Hash of a module's syntax tree, and the ecrec modules it imports."""

    digest: str
    imports: tuple[str, ...]


_new: dict[str, Parsed] = {}


def parsed(source: bytes, parse: Callable[[], Parsed]) -> Parsed:
    """What is known of a source, else what `parse` says."""
    key = hashlib.sha256(source).hexdigest()
    if key not in _kept():
        _kept()[key] = _new[key] = parse()
    return _kept()[key]


def save() -> None:
    """Keeps what was parsed in this process; one whole file or none."""
    if not _new:
        return
    draft = FILE.with_suffix(f".{os.getpid()}")
    with contextlib.suppress(OSError):
        FILE.parent.mkdir(exist_ok=True)
        draft.write_text(json.dumps(_kept()))
        draft.replace(FILE)
    _new.clear()


@cache
def _kept() -> dict[str, Parsed]:
    try:
        raw = json.loads(FILE.read_text())
        return {key: Parsed(digest, tuple(imports)) for key, (digest, imports) in raw.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
