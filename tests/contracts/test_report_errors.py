from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from ecrec_assets.contracts.pages.errors_page import Errors
from ecrec_assets.contracts.report import rebuild, show_errors
from ecrec_assets.contracts.report_links import errors_page_of, site_of

EVIL = "<script>alert(1)</script>"


def figure(slice_name: str, segment: str, metric: str, value: float) -> dict:
    names = ("slice", "segment", "metric", "value", "support", "low", "high")
    return dict(zip(names, (slice_name, segment, metric, value, 40, value - 0.02, value + 0.02), strict=True))


def answer(reason: str, token: str, certain: float | None, types: list[str]) -> dict:
    return {
        "reason": reason,
        "certain": certain,
        "loss": 7.25,
        "types": types,
        "tokens": [token, "nike", "air"],
        "tags": ["O", "B-brand", "I-brand"],
        "predicted": ["O", "B-colour", "B-brand"],
        "scores": [0.91, 0.82, 0.73],
        "given_scores": [0.91, 0.04, 0.05],
    }


ERRORS = Errors(
    contract="evaluations/query_tagger",
    model_run="0123456789abcdef",
    address="http://127.0.0.1:5000/#/experiments/1/runs/0123456789abcdef",
    split="test",
    at="2026-01-02T03:04:05+00:00",
    metrics=[
        figure("all", "all", "span_f1", 0.612),
        figure("type", "brand", "span_f1", 0.7),
        figure("length", "1-2", "span_f1", 0.55),
    ],
    confusion=[
        {"given": "brand", "found": "brand", "spans": 30},
        {"given": "brand", "found": "colour", "spans": 9},
        {"given": "colour", "found": "(missed)", "spans": 50},
        {"given": "(spurious)", "found": EVIL, "spans": 1},
    ],
    worst=[answer("certain", EVIL, 0.82, ["brand", "colour"]), answer("loss", "\u202emilk", None, ["brand"])],
)


@pytest.fixture
def page(tmp_path: Path) -> str:
    return show_errors(ERRORS, tmp_path).read_text(encoding="utf-8")


def test_values_of_queries_and_labels_are_no_markup(page: str) -> None:
    assert EVIL not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 3
    assert not re.search(r"<script>|style=| on\w+=", page)


def test_given_and_found_labels_stand_below_each_other_with_their_words_and_probabilities(page: str) -> None:
    entry = page[page.index('<li id="certain-1"') :].split("</li>")[0]
    given, found = entry.split("<i>found</i>")
    assert re.search(r'<span class="span hue\d+"><b>brand</b> .*nike <small>4</small>.*air <small>5</small>', given)
    assert re.search(r"<b>colour</b> .*nike <small>82</small>.*<b>brand</b> .*air <small>73</small>", found)
    assert "surest wrong span 82" in entry.replace("\N{NO-BREAK SPACE}", " ")
    assert 'data-types="1 0"' in entry


def test_figures_have_intervals_and_the_matrix_counts_every_given_span(page: str) -> None:
    assert re.search(r"<b class=\"figure\">0.612</b> <small>0.592 to 0.632</small>", page)
    assert re.search(r'<th scope="row">brand</th><td>39</td>.*>30<.*', page)
    assert re.search(r'<th scope="row">colour</th><td>50</td>', page)
    assert "length" in page


def test_the_page_of_the_contract_shows_the_newest_model_and_each_model_keeps_its_own(tmp_path: Path) -> None:
    show_errors(ERRORS, tmp_path)
    show_errors(replace(ERRORS, model_run="fedc", at="2026-02-01T00:00:00+00:00", split="validation"), tmp_path)
    site = site_of(tmp_path)
    assert "Split validation" in (site / errors_page_of(ERRORS.contract)).read_text()
    assert "Split test" in (site / errors_page_of(ERRORS.contract, ERRORS.model_run)).read_text()


def test_a_rebuilt_report_has_the_same_pages(tmp_path: Path) -> None:
    path = show_errors(ERRORS, tmp_path)
    before = path.read_text(encoding="utf-8")
    path.unlink()
    rebuild(tmp_path)
    assert path.read_text(encoding="utf-8") == before
