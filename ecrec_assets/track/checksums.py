"""SHA-256 of every file of a folder, and whether it still holds.

The sums are kept in MLflow's database, away from the files, so that who can write files cannot vouch for them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from ecrec_assets.track.tracking import TrackingError


class TamperedError(TrackingError):
    """A stored model is not the one that was recorded; it must not be loaded."""


def sums(folder: Path) -> dict[str, str]:
    """Relative path -> SHA-256, of every file below `folder`. Raises TamperedError for a link: it leaves the folder."""
    return {path.relative_to(folder).as_posix(): _sha256(path) for path in sorted(_files(folder))}


def verify(folder: Path, recorded: Mapping[str, str], *, what: str) -> None:
    """Raises TamperedError that names the files which are changed, missing or not recorded; `what` begins it."""
    found = sums(folder)
    wrong = [
        *(f"{name} is changed" for name in recorded.keys() & found.keys() if recorded[name] != found[name]),
        *(f"{name} is missing" for name in recorded.keys() - found.keys()),
        *(f"{name} was never recorded" for name in found.keys() - recorded.keys()),
    ]
    if wrong or not recorded:
        reasons = "; ".join(sorted(wrong)) or "no checksum was ever recorded"
        raise TamperedError(
            f"{what} in {folder} is not what was recorded: {reasons}. It is not loaded. "
            "Restore the files, or train again and promote the new version."
        )


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_symlink():
            raise TamperedError(f"{path} is a link; a model folder holds files only")
        if path.is_file():
            yield path


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
