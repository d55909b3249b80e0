"""Decisions about labels: applied each time, undone by leaving them out, told when they no longer fit."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from ecrec_assets.prepare.label_noise.decisions import Decision, apply_decisions

SCHEMA = {
    "query_id": pl.String,
    "tokens": pl.List(pl.String),
    "tags": pl.List(pl.String),
    "tag_text": pl.String,
    "split": pl.String,
}


def queries(*rows: tuple[str, str, str]) -> pl.LazyFrame:
    full = [(id_, words.split(), tags.split(), tags, "train") for id_, words, tags in rows]
    return pl.LazyFrame(full, schema=SCHEMA, orient="row")


TABLE = queries(("1", "red shoes", "B-color B-item"), ("2", "tea pot", "B-item B-item"), ("3", "lamp", "O"))


def decision(id_: str, words: str, start: int, given: str, verdict: Any, label: str | None = None) -> Decision:
    tags = tuple(given.split())
    new = tuple(label.split()) if label else None
    at = "2026-11-24T20:00:00+00:00"
    return Decision(id_, tuple(words.split()), start, start + len(tags), tags, verdict, new, "ann", at)


JOIN = decision("2", "tea pot", 0, "B-item B-item", "change", "B-item I-item")


def test_a_change_replaces_the_tags_and_nothing_else() -> None:
    found = apply_decisions(TABLE, [JOIN])
    assert found.stale == ()
    rows = found.queries.collect()
    assert rows["tags"].to_list() == [["B-color", "B-item"], ["B-item", "I-item"], ["O"]]
    assert rows["tag_text"].to_list() == ["B-color B-item", "B-item I-item", "O"]
    assert rows.columns == list(SCHEMA)
    untouched = ["query_id", "tokens", "split"]
    assert rows.select(untouched).equals(TABLE.collect().select(untouched))


def test_without_the_decision_the_labels_are_as_they_came() -> None:
    assert apply_decisions(TABLE, []).queries.collect().equals(TABLE.collect())


def test_a_dropped_query_is_gone_and_a_kept_one_stays() -> None:
    drop, keep = decision("3", "lamp", 0, "O", "drop"), decision("1", "red shoes", 0, "B-color", "keep")
    found = apply_decisions(TABLE, [drop, keep])
    assert found.stale == ()
    assert found.queries.collect().equals(TABLE.collect().head(2))


def test_applying_twice_changes_nothing_more() -> None:
    once = apply_decisions(TABLE, [JOIN]).queries
    twice = apply_decisions(once, [JOIN])
    assert twice.stale == ()
    assert twice.queries.collect().equals(once.collect())


def test_two_decisions_about_one_query_are_both_applied() -> None:
    second = decision("2", "tea pot", 0, "B-item I-item", "change", "B-color I-color")
    rows = apply_decisions(TABLE, [JOIN, second]).queries.collect()
    assert rows["tags"][1].to_list() == ["B-color", "I-color"]


@pytest.mark.parametrize(
    ("stale", "why"),
    [
        (decision("9", "lamp", 0, "O", "drop"), "there is no such query any more"),
        (decision("3", "lamps", 0, "O", "drop"), "the query is now 'lamp', not 'lamps'"),
        (decision("3", "lamp", 0, "B-item", "change", "O"), ""),
        (decision("1", "red shoes", 1, "O", "change", "B-color"), "its words 1 to 1 are now B-item, not O"),
        (decision("2", "tea pot", 1, "B-item", "change", "I-color"), "which is no IOB2"),
    ],
)
def test_a_decision_that_no_longer_fits_is_told_and_not_applied(stale: Decision, why: str) -> None:
    found = apply_decisions(TABLE, [stale])
    assert found.queries.collect().equals(TABLE.collect())
    if why:
        assert [(each.decision, why in each.why) for each in found.stale] == [(stale, True)]
    else:
        assert found.stale == ()  # the source delivers what was decided


def test_a_change_may_not_cut_off_the_rest_of_a_span() -> None:
    table = queries(("1", "running shoes", "B-item I-item"))
    found = apply_decisions(table, [decision("1", "running shoes", 0, "B-item", "change", "B-color")])
    assert "which is no IOB2" in found.stale[0].why


def test_a_second_decision_about_the_same_has_the_same_id() -> None:
    other = decision("2", "tea pot", 0, "B-item B-item", "drop")
    assert other.id == JOIN.id
    assert decision("2", "tea pot", 0, "B-item", "drop").id != JOIN.id


@pytest.mark.parametrize(("verdict", "label"), [("change", None), ("keep", "O"), ("change", "B-item"), ("maybe", None)])
def test_a_decision_that_makes_no_sense_is_refused(verdict: str, label: str | None) -> None:
    with pytest.raises(ValueError, match=r"^2: "):
        decision("2", "tea pot", 0, "B-item B-item", verdict, label)


def test_a_place_that_the_query_has_not_is_refused() -> None:
    with pytest.raises(ValueError, match="2"):
        decision("2", "tea pot", 1, "B-item B-item", "drop")


def test_of_two_queries_with_one_id_none_is_changed() -> None:
    table = queries(("2", "tea pot", "B-item B-item"), ("2", "lamp", "O"))
    found = apply_decisions(table, [JOIN])
    assert found.queries.collect().equals(table.collect())
    assert "several of this id" in found.stale[0].why


def test_a_query_without_labels_is_left_alone() -> None:
    bare = TABLE.with_columns(tags=pl.when(pl.col("query_id") != "2").then("tags"))
    found = apply_decisions(bare, [JOIN])
    assert found.queries.collect().equals(bare.collect())
    assert len(found.stale) == 1
