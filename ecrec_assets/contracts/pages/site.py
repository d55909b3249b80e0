"""Writes the site: the pages of a verdict, then, one process at a time, every page that lists it."""

from __future__ import annotations

import fcntl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from ecrec_assets.contracts.breakdown import RowSample
from ecrec_assets.contracts.pages.archive import Archive
from ecrec_assets.contracts.pages.contract_page import contract_pages
from ecrec_assets.contracts.pages.errors_page import Errors, ErrorsPage
from ecrec_assets.contracts.pages.history import forget_history, keep_seals, read_history
from ecrec_assets.contracts.pages.labels_page import Labels, LabelsPage
from ecrec_assets.contracts.pages.ledger import Line, newest_of
from ecrec_assets.contracts.pages.links import Links
from ecrec_assets.contracts.pages.overview import IndexPage, TodayPage, standings
from ecrec_assets.contracts.pages.stores import write_whole
from ecrec_assets.contracts.pages.verdict_pages import pages_of
from ecrec_assets.contracts.pages.view import Page, render
from ecrec_assets.contracts.report_links import errors_page_of, labels_page_of, latest_page_of, page_of, site_of
from ecrec_assets.verdict import Verdict

STATIC = files("ecrec_assets.contracts.pages") / "static"


@dataclass(frozen=True)
class Site:
    """The pages below `site_of(root)`. What a verdict costs does not grow with the verdicts of other contracts."""

    root: Path
    links: Links

    @property
    def archive(self) -> Archive:
        return Archive(self.root)

    def write_verdict(self, verdict: Verdict, found: Mapping[str, Any], samples: Mapping[str, RowSample]) -> None:
        """The verdict and its own pages, not yet listed anywhere."""
        self.archive.keep(verdict, samples)
        for page in pages_of(verdict, found, samples, self.links):
            self._write(page)

    def list_verdicts(self, verdicts: Iterable[Verdict]) -> None:
        """Puts verdicts that have their pages into the ledger and on every page that lists them."""
        added = [Line.of(verdict) for verdict in verdicts]
        with self._alone():
            self.archive.adopt({line.id for line in added})
            self.archive.ledger.extend(added)
            self._refresh(dict.fromkeys(line.contract for line in added))

    def write_errors(self, errors: Errors) -> None:
        """Keeps what the page of a model's worst errors shows, and writes it."""
        kept = self.root / "errors" / errors.contract / f"{errors.model_run}.json"
        write_whole(kept, errors.to_json().encode())
        with self._alone():
            self._copy_static()
            self.show_errors(errors)

    def kept_errors(self) -> list[Errors]:
        """Of every model, oldest first."""
        found = (path.read_text(encoding="utf-8") for path in (self.root / "errors").rglob("*.json"))
        return sorted((Errors.from_json(text) for text in found), key=lambda errors: errors.at)

    def show_errors(self, errors: Errors) -> None:
        """The page of this model, and the same page as the newest of its contract."""
        for model_run in (errors.model_run, ""):
            self._write(ErrorsPage(errors_page_of(errors.contract, model_run), errors, self.links))

    def write_labels(self, labels: Labels) -> None:
        """Keeps what the page of labels shows, in the place of what it showed before, and writes it."""
        write_whole(self.root / "labels" / f"{labels.contract}.json", labels.to_json().encode())
        with self._alone():
            self._copy_static()
            self.show_labels(labels)

    def kept_labels(self) -> list[Labels]:
        found = sorted((self.root / "labels").rglob("*.json"))
        return [Labels.from_json(path.read_text(encoding="utf-8")) for path in found]

    def show_labels(self, labels: Labels) -> None:
        self._write(LabelsPage(labels_page_of(labels.contract), labels))

    def list_again(self) -> None:
        """Makes the ledger and all pages that list verdicts anew, from the verdicts."""
        with self._alone():
            for contract in self.archive.ledger.contracts():
                self.archive.ledger.forget(contract)
                forget_history(self.archive.ledger, contract)
            self.archive.ledger.extend([Line.of(verdict) for verdict in self.archive.every()])
            self._refresh(self.archive.ledger.contracts())

    def _refresh(self, contracts: Iterable[str]) -> None:
        self._copy_static()
        for contract in contracts:
            history = read_history(self.archive.ledger, contract)
            errors = (site_of(self.root) / errors_page_of(contract)).exists()
            labels = (site_of(self.root) / labels_page_of(contract)).exists()
            for page in contract_pages(contract, history, self.links, errors=errors, labels=labels):
                self._write(page)
            keep_seals(self.archive.ledger, contract, history)
            self._show_latest(newest_of(history.recent))
        found = standings(self.archive.ledger)
        self._write(TodayPage(found))
        self._write(IndexPage(found, self.links))

    def _copy_static(self) -> None:
        for source in STATIC.iterdir():
            _write_changed(site_of(self.root) / "static" / source.name, source.read_bytes())

    def _show_latest(self, line: Line) -> None:
        site = site_of(self.root)
        newest = site / page_of(line.contract, line.id)
        if newest.exists():
            write_whole(site / latest_page_of(line.contract), newest.read_bytes())

    def _write(self, page: Page) -> None:
        write_whole(site_of(self.root) / page.path, render(page).encode())

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """A listing written by one process never lacks what another has just added."""
        site = site_of(self.root)
        site.mkdir(parents=True, exist_ok=True)
        with (site / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _write_changed(path: Path, content: bytes) -> None:
    if not path.exists() or path.read_bytes() != content:
        write_whole(path, content)
