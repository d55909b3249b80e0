from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecrec_assets.models.tagger.distil import Suspicion, softened
from ecrec_assets.models.tagger.soft_targets import (
    SOFT,
    Segment,
    agreement,
    as_rows,
    from_rows,
    mean,
    mixed,
    segments_of,
)
from ecrec_assets.models.tagger.suspect_labels import weighted_by_agreement, with_agreement, without_suspects

GOLD = ["B-brand", "I-brand", "O", "B-item"]
SURE = [Segment("brand", 0, 2, 1.0), Segment("O", 2, 3, 1.0), Segment("item", 3, 4, 1.0)]
tags = st.lists(st.sampled_from(["O", "B-brand", "B-item", "I"]), min_size=1, max_size=6).map(
    lambda raw: [
        tag if tag != "I" else ("O" if i == 0 or raw[i - 1] in ("O", "I") else f"I{raw[i - 1][1:]}")
        for i, tag in enumerate(raw)
    ]
)


def over(word: int, segments: list[Segment]) -> float:
    return sum(segment.share for segment in segments if segment.first <= word < segment.after)


def test_a_label_is_the_case_in_which_every_share_is_one() -> None:
    assert segments_of(GOLD) == SURE
    assert agreement(GOLD, SURE) == 1.0


@settings(max_examples=40)
@given(st.lists(tags, min_size=2, max_size=4))
def test_the_shares_over_each_word_sum_to_one_however_teachers_disagree(views: list[list[str]]) -> None:
    length = min(map(len, views))
    cut = [view[:length] for view in views]
    segments = mean([segments_of(view) for view in cut])
    assert all(over(word, segments) == pytest.approx(1.0) for word in range(length))


def test_a_mixture_adds_shares_of_the_same_segment_and_drops_traces() -> None:
    said = [Segment("brand", 0, 2, 0.5), Segment("O", 0, 1, 0.4995), Segment("item", 0, 1, 0.0005)]
    assert mixed([(0.5, SURE[:1]), (0.5, said)]) == [Segment("O", 0, 1, 0.24975), Segment("brand", 0, 2, 0.75)]


def test_segments_survive_a_column() -> None:
    column = pl.Series([as_rows(SURE)], dtype=SOFT)
    assert from_rows(column.to_list()[0]) == SURE


def queries() -> pl.LazyFrame:
    rows = [
        ("train", ["acme", "x", "red", "shoe"], GOLD),
        ("validation", ["shoe"], ["B-item"]),
        ("train", ["shoe"], ["B-brand"]),
        ("train", ["hat"], ["B-item"]),
    ]
    return pl.LazyFrame(rows, schema=["split", "tokens", "tags"], orient="row")


def answers() -> pl.LazyFrame:
    said = [SURE, [Segment("item", 0, 1, 0.9), Segment("brand", 0, 1, 0.1)], [Segment("item", 0, 1, 1.0)]]
    soft = pl.Series("soft", [as_rows(each) for each in said], SOFT)
    return pl.LazyFrame([pl.Series("row", [0, 1, 2]), soft])


def test_soft_targets_hold_the_share_of_the_label_and_the_rest_of_the_teacher() -> None:
    found = softened(queries(), answers(), gold_share=0.6).collect()
    doubted = found.filter(pl.col("tokens") == ["shoe"], split="train")["soft"].to_list()[0]
    assert [(segment.type, pytest.approx(segment.share)) for segment in from_rows(doubted)] == [
        ("brand", 0.64),
        ("item", 0.36),
    ]
    assert found.filter(split="validation")["soft"].to_list() == [None]
    assert found.height == 4


def test_a_suspect_label_counts_less_than_an_agreed_one() -> None:
    found = softened(queries(), answers(), gold_share=0.6, suspicion=Suspicion(0.2, 0.0)).collect()
    doubted = found.filter(pl.col("tokens") == ["shoe"], split="train")["soft"].to_list()[0]
    assert from_rows(doubted)[0] == Segment("brand", 0, 1, pytest.approx(0.3 + 0.7 * 0.1))
    agreed = found.filter(pl.col("tokens") == ["hat"])["soft"].to_list()[0]
    assert from_rows(agreed) == [Segment("item", 0, 1, pytest.approx(1.0))]


def test_a_missing_answer_is_named() -> None:
    with pytest.raises(ValueError, match="1 of 3 training queries have no answer"):
        softened(queries(), answers().head(2), gold_share=0.5)


def test_the_least_agreed_labels_are_dropped_or_weigh_less() -> None:
    agreed = with_agreement(queries(), answers())
    assert agreed.filter(split="train").collect()["agreement"].to_list() == [1.0, pytest.approx(0.1), 1.0]
    kept = without_suspects(agreed, share=0.33).collect()
    assert sorted(kept["tokens"].to_list()) == [["acme", "x", "red", "shoe"], ["hat"], ["shoe"]]
    assert kept.filter(tokens=["shoe"])["split"].to_list() == ["validation"]
    weights = weighted_by_agreement(agreed, least=0.3).collect()
    assert weights.select(pl.col("weight").sort()).to_series().to_list() == [0.3, 1.0, 1.0, 1.0]
    with pytest.raises(ValueError, match="0 to less than 1, not 1"):
        without_suspects(agreed, share=1.0)
