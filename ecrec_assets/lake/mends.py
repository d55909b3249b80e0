"""What people decided about rows of a table: mend records, kept beside it, applied to every later candidate.

The source still delivers the bad row. A record says which one it is and what takes its place, so the decision
survives the next computation. A row the source delivers mended matches no record.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from ecrec_assets.lake.files import write_text
from ecrec_assets.lake.places import Places
from ecrec_assets.lake.version import MendCount


@dataclass(frozen=True, slots=True)
class Mend:
    """One decision. `original` and `mended` are rows as text; `mended` is None when the row is dropped.

    `id` stands for the original row (for the second of identical rows it ends in `-1`). `part` is the partition value
    its original was booked under.
    """

    id: str
    original: str
    mended: str | None
    part: int | None
    by: str
    why: str
    at: datetime
    contract_version: str

    @property
    def count(self) -> MendCount:
        return MendCount(0, 1) if self.mended is None else MendCount(1, 0)

    def to_line(self) -> str:
        return json.dumps({**asdict(self), "at": self.at.isoformat()}, ensure_ascii=False)

    @classmethod
    def from_line(cls, line: str) -> Mend:
        raw: dict[str, Any] = json.loads(line)
        return cls(**{**raw, "at": datetime.fromisoformat(raw["at"])})


def read(path: Path) -> dict[str, Mend]:
    """The records of a table by row id, in the order they were made; none when there is no file."""
    try:
        text = path.read_text(encoding="utf-8", errors="surrogatepass")
    except FileNotFoundError:
        return {}
    found = (Mend.from_line(line) for line in text.split("\n") if line)
    return {mend.id: mend for mend in found}


def write(path: Path, mends: Iterable[Mend]) -> None:
    """All records anew, whole or not at all; a file without a record is removed."""
    lines = [mend.to_line() for mend in mends]
    if lines:
        write_text(path, "\n".join(lines) + "\n")
    else:
        path.unlink(missing_ok=True)


@contextmanager
def recorded(places: Places, decided: Mapping[str, Mend]) -> Iterator[None]:
    """Adds records; what fails inside takes them back. Only under the publish lock."""
    if not decided:
        yield
        return
    before = read(places.mends)
    write(places.mends, {**before, **decided}.values())
    try:
        yield
    except BaseException:
        write(places.mends, before.values())
        raise


def digests(mends: Mapping[str, Mend]) -> dict[int | None, str]:
    """By partition value: what stands for all its records. A value without records is left out."""
    by_part: dict[int | None, list[str]] = {}
    for mend in mends.values():
        by_part.setdefault(mend.part, []).append(f"{mend.id} {mend.mended}")
    return {part: sha256("\n".join(sorted(lines)).encode()).hexdigest()[:16] for part, lines in by_part.items()}
