from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ecrec_assets.cli import app
from ecrec_assets.cli.tag import shown
from ecrec_assets.models.tagger.model import save
from tests.models.tagger.conftest import tiny_network

runner = CliRunner()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("champion")
    save(tiny_network(), made)
    return made


@pytest.fixture(autouse=True)
def _champion(folder: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An untrained tagger serves: what it finds is chance, how it is shown is not."""
    monkeypatch.setattr("ecrec_assets.components.champion.champion_folder", lambda name: folder)


def asked(*arguments: str) -> str:
    result = runner.invoke(app, ["tag", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def plain(*arguments: str) -> list[dict]:
    return json.loads(asked("--json", *arguments))


def test_spans_for_scripts_stand_where_they_say() -> None:
    [answer] = plain("shredded cheese under $3")
    assert answer["query"] == "shredded cheese under $3"
    assert answer["spans"]
    assert not answer["truncated"]
    for span in answer["spans"]:
        assert answer["query"][span["start"] : span["end"]] == span["text"]


def test_explained_spans_have_a_weight_for_each_word_that_sum_to_the_difference() -> None:
    [answer] = plain("--explain", "shredded cheese under $3")
    for span in answer["spans"]:
        assert [word["word"] for word in span["words"]] == ["shredded", "cheese", "under", "$3"]
        difference = span["log_odds"] - span["masked_log_odds"]
        assert sum(word["weight"] for word in span["words"]) == pytest.approx(difference, abs=span["error"] + 1e-3)


def test_an_explanation_has_a_bar_and_the_score_without_each_word() -> None:
    text = asked("--explain", "shredded cheese")
    assert text.count("without it") == 2 * len(plain("shredded cheese")[0]["spans"])
    assert "█" in text


@pytest.mark.parametrize("query", ["", "   ", "\u3000"])
def test_a_query_without_words_is_said_to_have_none(query: str) -> None:
    assert "a query without words" in asked(query)
    assert "a query without words" in asked("--explain", query)
    assert plain("--explain", query) == [{"query": query, "spans": [], "truncated": False}]


def test_of_a_megabyte_only_the_start_is_shown_and_it_is_said() -> None:
    text = asked("milk " * 200_000)
    assert len(text) < 20_000
    assert "too long: read were 64 words" in " ".join(text.split())
    assert plain("milk " * 200_000)[0]["truncated"]


@pytest.mark.parametrize(
    "query", ["🍕 pizza 🍕🍕 under $5", "👩‍👩‍👧 dinner", "חלב במבצע", "تفاح أقل من 5", "牛奶 cheap milk 两块"]
)
def test_emoji_right_to_left_and_mixed_scripts_are_shown_and_written_whole(query: str) -> None:
    assert plain("--explain", query)[0]["query"] == query
    assert shown(query).split()[0] in asked("--explain", query)


@pytest.mark.parametrize(
    "query", ["\ud800 milk", "milk\udcff", "mi\u200blk", "\u200b \ufeff", "\u202emilk", "\x1b[31mmilk", "a\x00b"]
)
def test_what_a_terminal_acts_on_or_cannot_write_is_replaced(query: str) -> None:
    text = asked("--explain", query)
    assert not {chr(0xD800), chr(0xDCFF), "\u200b", "\ufeff", "\u202e", "\x1b", "\x00"} & set(text)
    assert "\N{REPLACEMENT CHARACTER}" in text
    assert plain(query)[0]["query"] == query


def test_a_folder_that_holds_no_tagger_is_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ecrec_assets.components.champion.champion_folder", lambda name: tmp_path)
    result = runner.invoke(app, ["tag", "milk"])
    assert result.exit_code == 1
    assert "holds no query tagger" in " ".join(result.output.split())
    assert "Traceback" not in result.output
