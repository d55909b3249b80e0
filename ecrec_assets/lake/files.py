"""Whole files or none: written under another name, then renamed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

DRAFT = ".draft"


def write_whole(path: Path, write: Callable[[Path], object], drafted: Callable[[], None] = lambda: None) -> None:
    """`write` fills the draft; `drafted` is called when it stands and the rename is still to come."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + DRAFT)
    write(draft)
    drafted()
    draft.replace(path)


def write_text(path: Path, text: str, drafted: Callable[[], None] = lambda: None) -> None:
    write_whole(path, lambda draft: draft.write_text(text, encoding="utf-8"), drafted)
