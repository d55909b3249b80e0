"""The report's page of labels."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from ecrec_assets.components.labels_report import keep_labels
from ecrec_assets.contracts.report import rebuild
from ecrec_assets.contracts.report_links import labels_page_of, site_of
from ecrec_assets.prepare.label_noise.report import label_report
from ecrec_assets.settings import get_settings
from tests.prepare.label_noise.judged import BORDER, MISSED, RIGHT, TAGS, WRONG_TYPE, judged

HOSTILE = ("q8", "<script>alert(1)</script> <img/src=x>", "O O", "B-item I-item")
PEOPLE = pl.LazyFrame(
    [
        ("ann@example.org", "q1", ["B-color", "B-item", "I-item"]),
        ("bob@example.org", "q1", ["B-color", "B-item", "B-item"]),
        ("ann@example.org", "q2", ["B-color", "B-item"]),
        ("bob@example.org", "q2", ["B-item", "B-item"]),
    ],
    schema=["annotator", "query_id", "tags"],
    orient="row",
)


@pytest.fixture
def page(home: Path) -> Path:
    return site_of(get_settings().reports) / labels_page_of("evaluations/query_labels")


def write(*, private: bool = False, annotations: pl.LazyFrame | None = None) -> str:
    queries, predictions = judged(RIGHT, WRONG_TYPE, BORDER, MISSED, HOSTILE)
    report = label_report(queries, predictions, tags=TAGS)
    return keep_labels(report, queries, tags=TAGS, annotations=annotations, private=private)


def test_the_page_shows_balance_noise_and_suspects(page: Path) -> None:
    address = write()
    assert address.endswith("/verdicts/evaluations/query_labels/labels.html")
    text = page.read_text()
    assert "datasets/queries" in text and "5 train" in text
    assert "<b>item</b> blue</span>" in text and "<b>color</b> blue</span>" in text  # given, and likely
    assert "4 of 4" in text
    assert "one set of labels" in text and 'id="agreement"' not in text


def test_words_are_text_and_never_run(page: Path) -> None:
    write()
    text = page.read_text()
    assert "<script>alert" not in text and "<img/src" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_private_queries_show_no_word(page: Path, home: Path) -> None:
    write(private=True)
    kept = (get_settings().reports / "labels" / "evaluations" / "query_labels.json").read_text()
    for text in (page.read_text(), kept):
        assert not any(word in text for word in ("sofa", "lamp", "tea", "alert"))
    assert "(withheld)" in page.read_text()


def test_agreement_is_shown_without_names(page: Path) -> None:
    write(annotations=PEOPLE)
    text = page.read_text()
    assert "annotator 1" in text and 'id="agreement"' in text
    assert "example.org" not in text
    assert "0.444" in text  # two of four and five spans of both: 2 · 2 / 9


def test_the_page_is_written_again_from_what_is_kept(page: Path) -> None:
    write(annotations=PEOPLE)
    before = page.read_text()
    page.unlink()
    rebuild(get_settings().reports)
    assert page.read_text() == before
