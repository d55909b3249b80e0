"""Writes the site: pages for what is new, then the index. One process at a time."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, ClassVar, TypeAlias

from great_expectations import ExpectationSuite
from great_expectations.data_context.store.html_site_store import HtmlSiteStore
from great_expectations.data_context.types.resource_identifiers import (
    ExpectationSuiteIdentifier,
    ValidationResultIdentifier,
)
from great_expectations.render.renderer.site_builder import DefaultSiteSectionBuilder, SiteBuilder

from ecrec_assets.contracts.pages.archive import Archive
from ecrec_assets.contracts.pages.view import Page, TemplateView
from ecrec_assets.verdict import Verdict

Key: TypeAlias = "ExpectationSuiteIdentifier | ValidationResultIdentifier"
STATIC = files("ecrec_assets.contracts.pages") / "static"


@dataclass(frozen=True)
class IndexPage:
    """The last verdict of every contract."""

    verdicts: tuple[Verdict, ...]
    path: str = "index.html"
    template: ClassVar[str] = "index.html"


class ReportSite(SiteBuilder):
    """Great Expectations' site without its own images, fonts and scripts."""

    def build(self, resource_identifiers: Sequence[Key] | None = None, build_index: bool = True) -> tuple[str, dict]:
        with _alone(Path(self.target_store.store_backends["static_assets"].full_base_directory)):
            _copy_static(self.target_store)
            for section in self.site_section_builders.values():
                section.build(resource_identifiers)
            self.site_index_builder.build(build_index=build_index)
        return self.get_resource_url(only_if_exists=False), {}


class PageSection(DefaultSiteSectionBuilder):
    """The pages of suites or of results. An error while a page is made is raised, not written into the page."""

    def build(self, resource_identifiers: Sequence[Key] | None = None) -> None:
        asked = self.source_store.list_keys() if resource_identifiers is None else resource_identifiers
        for key in asked:
            if isinstance(key, self.source_store.key_class):
                self._show(key)

    def _show(self, key: Key) -> None:
        resource = self.source_store.get(key)
        if isinstance(key, ExpectationSuiteIdentifier):
            resource = ExpectationSuite(**resource)
        for page in self.renderer_class.render(resource):
            write_page(self.target_store, page, self.view_class)


class IndexBuilder:
    """Reads one verdict a contract, however many there are."""

    def __init__(self, target_store: HtmlSiteStore, archive: str, **_: Any) -> None:
        self.target_store = target_store
        self.archive = Archive(Path(archive))

    def build(self, build_index: bool = True) -> None:
        if build_index:
            write_page(self.target_store, IndexPage(tuple(self.archive.newest())), TemplateView())


def write_page(store: HtmlSiteStore, page: Page, view: TemplateView) -> None:
    """Writes to the page's own path; Great Expectations' paths repeat the batch and cannot be foretold."""
    store.store_backends["static_assets"].set(tuple(page.path.split("/")), view.render(page))


def _copy_static(store: HtmlSiteStore) -> None:
    for source in STATIC.iterdir():
        store.store_backends["static_assets"].set(("static", source.name), source.read_bytes())


@contextmanager
def _alone(site: Path) -> Iterator[None]:
    """A listing written by one process never lacks what another has just added."""
    site.mkdir(parents=True, exist_ok=True)
    with (site / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
