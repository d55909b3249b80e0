"""`ecrec contract docs`: the report anew, or Great Expectations' own."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from ecrec_assets.cli import app
from ecrec_assets.contracts.report_links import page_of, site_of
from tests.contracts.test_report import contract_of, in_set, shown, titles


def test_docs_writes_the_pages_again_and_prints_where(home: Path) -> None:
    verdict = shown(titles("tea", "milk"), contract_of(in_set("tea")), home / "gx")
    page = site_of(home / "gx") / page_of("raw/titles", verdict.id)
    before = page.read_text()
    page.unlink()
    done = CliRunner().invoke(app, ["contract", "docs"])
    assert done.exit_code == 0
    assert done.stdout.strip() == str(site_of(home / "gx") / "index.html")
    assert page.read_text() == before


def test_docs_builds_stock_data_docs_where_asked(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ecrec_assets.settings import get_settings

    monkeypatch.setenv("ECREC_EXPECTATIONS", str(tmp_path / "none"))
    (tmp_path / "none").mkdir()
    get_settings.cache_clear()
    shown(titles("tea", "milk"), contract_of(in_set("tea")), home / "gx")
    done = CliRunner().invoke(app, ["contract", "docs", "--stock", str(tmp_path / "stock")])
    assert done.exit_code == 0
    assert done.stdout.strip() == str(tmp_path / "stock" / "index.html")
    assert "raw.titles" in (tmp_path / "stock" / "index.html").read_text()


def test_docs_says_what_to_do_when_nothing_was_audited(home: Path) -> None:
    done = CliRunner().invoke(app, ["contract", "docs"])
    assert done.exit_code == 1
    assert "Nothing has been audited" in done.output and "ecrec run" in done.output
