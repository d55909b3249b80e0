"""The verdicts themselves, one JSON file each, and beside them some of the rows that failed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ecrec_assets.contracts.breakdown import RowSample
from ecrec_assets.contracts.pages.ledger import Ledger, Line
from ecrec_assets.contracts.pages.stores import write_whole
from ecrec_assets.contracts.report_links import page_of, site_of
from ecrec_assets.verdict import Verdict


@dataclass(frozen=True)
class Archive:
    """Below the report's root: `verdicts/`, `rows/` and, as an index of them, `ledger/`."""

    root: Path

    @property
    def folder(self) -> Path:
        return self.root / "verdicts"

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.root / "ledger")

    def keep(self, verdict: Verdict, samples: Mapping[str, RowSample]) -> None:
        """Dates and decimals in samples become text."""
        name = f"{verdict.id}.json"
        if samples:
            text = json.dumps(samples, ensure_ascii=False, default=str)
            write_whole(self.root / "rows" / verdict.contract / name, text.encode())
        write_whole(self.folder / verdict.contract / name, verdict.to_json().encode())

    def samples(self, verdict: Verdict) -> dict[str, RowSample]:
        """The rows that were kept with a verdict, by rule."""
        path = self.root / "rows" / verdict.contract / f"{verdict.id}.json"
        if not path.exists():
            return {}
        found = json.loads(path.read_text(encoding="utf-8"))
        return {rule: RowSample(tuple(columns), tuple(map(tuple, rows))) for rule, (columns, rows) in found.items()}

    def read(self, contract: str, verdict_id: str) -> Verdict:
        return _read(self.folder / contract / f"{verdict_id}.json")

    def every(self) -> list[Verdict]:
        """All verdicts, oldest first."""
        return [_read(path) for path in sorted(self.folder.rglob("*.json"), key=lambda path: path.stem)]

    def adopt(self, but: set[str]) -> None:
        """Makes the ledger of a folder that has none yet, from the verdicts that have a page, `but` some ids."""
        if self.ledger.folder.exists():
            return
        site = site_of(self.root)
        paged = [v for v in self.every() if v.id not in but and (site / page_of(v.contract, v.id)).exists()]
        self.ledger.folder.mkdir(parents=True)
        self.ledger.extend([Line.of(verdict) for verdict in paged])


def _read(path: Path) -> Verdict:
    return Verdict.from_json(path.read_text(encoding="utf-8"))
