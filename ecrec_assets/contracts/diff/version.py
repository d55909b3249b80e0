"""Whether a contract's version was raised as its changes ask."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from ecrec_assets.contracts.diff.change import Change, Kind

STEPS = ("major", "minor", "patch")
ASKS: dict[Kind, str] = {
    "breaking": "major",
    "tightening": "minor",
    "loosening": "minor",
    "documentation": "patch",
}
NUMBERS = re.compile(r"(\d+)\.(\d+)\.(\d+)")


class VersionStep(NamedTuple):
    """`needed` and `made` are major, minor, patch or none; `suggestion` is the version the changes ask for."""

    old: str
    new: str
    needed: str
    made: str
    suggestion: str

    @property
    def fits(self) -> bool:
        """A step may be larger than needed."""
        order = [*STEPS, "none"]
        return self.made in order and order.index(self.made) <= order.index(self.needed)

    def sentence(self) -> str:
        if self.fits:
            return f"version {self.old} → {self.new} fits: the changes ask for a {self.needed} step"
        said = "is not a semantic version" if self.made == "unknown" else f"is a {self.made} step"
        said = {"none": "was not raised", "back": "went back"}.get(self.made, said)
        return (
            f"version {self.old} → {self.new} {said}, the changes ask for a {self.needed} one: write {self.suggestion}"
        )


def version_step(old: str, new: str, changes: Iterable[Change]) -> VersionStep:
    """Before 1.0.0 a breaking change asks for a minor step only, as semantic versioning has it."""
    asked = {ASKS[change.kind] for change in changes}
    before, after = _numbers(old), _numbers(new)
    needed = next((step for step in STEPS if step in asked), "none")
    if before and before[0] == 0 and needed == "major":
        needed = "minor"
    return VersionStep(old, new, needed, _made(before, after), _next(before, needed, new))


def _numbers(version: str) -> tuple[int, int, int] | None:
    match = NUMBERS.fullmatch(version.strip())
    return (int(match[1]), int(match[2]), int(match[3])) if match else None


def _made(before: tuple[int, int, int] | None, after: tuple[int, int, int] | None) -> str:
    if before is None or after is None:
        return "unknown"
    if after < before:
        return "back"
    return next((step for step, b, a in zip(STEPS, before, after, strict=True) if a != b), "none")


def _next(before: tuple[int, int, int] | None, needed: str, new: str) -> str:
    if before is None or needed == "none":
        return new
    major, minor, patch = before
    return {"major": f"{major + 1}.0.0", "minor": f"{major}.{minor + 1}.0", "patch": f"{major}.{minor}.{patch + 1}"}[
        needed
    ]
