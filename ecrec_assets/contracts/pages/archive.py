"""The verdicts that have a page, one JSON file each below `verdicts/<contract>/`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ecrec_assets.contracts.pages.stores import write_whole
from ecrec_assets.contracts.report_links import page_of, site_of
from ecrec_assets.verdict import Verdict


@dataclass(frozen=True)
class Archive:
    """Below the report's root. Ids sort by time, so the newest verdict of a contract is the last name in its folder."""

    root: Path

    @property
    def folder(self) -> Path:
        return self.root / "verdicts"

    def keep(self, verdict: Verdict) -> None:
        write_whole(self.folder / verdict.contract / f"{verdict.id}.json", verdict.to_json().encode())

    def find(self, verdict_id: str) -> Verdict | None:
        """A verdict by its id alone."""
        return next((_read(path) for path in self.folder.rglob("*.json") if path.stem == verdict_id), None)

    def shown(self, contract: str) -> list[Verdict]:
        """All verdicts of a contract that have a page, newest first."""
        return [_read(path) for path in self._shown(self.folder / contract)]

    def newest(self) -> list[Verdict]:
        """The last shown verdict of every contract, newest first."""
        folders = {path.parent for path in self.folder.rglob("*.json")}
        last = [_read(paths[0]) for paths in map(self._shown, folders) if paths]
        return sorted(last, key=lambda verdict: (verdict.created_at, verdict.contract), reverse=True)

    def _shown(self, folder: Path) -> list[Path]:
        """An audit that was killed before its page was written is not listed."""
        pages = site_of(self.root)
        contract = folder.relative_to(self.folder).as_posix()
        paths = sorted(folder.glob("*.json"), reverse=True)
        return [path for path in paths if (pages / page_of(contract, path.stem)).exists()]


def _read(path: Path) -> Verdict:
    return Verdict.from_json(path.read_text(encoding="utf-8"))
