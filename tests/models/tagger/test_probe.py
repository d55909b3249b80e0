"""Out-of-fold predictions of the probe."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from ecrec_assets.models.tagger.labels import LabelSet
from ecrec_assets.models.tagger.probe import ProbeConfig, chances_of, fold_of, out_of_fold
from ecrec_assets.models.tagger.probe_features import word_features
from ecrec_assets.models.tagger.probe_network import neighbours
from ecrec_assets.prepare.label_noise.words import SCHEMA

TYPES = ("color", "item")
COLORS, ITEMS = ("red", "blue", "green", "black"), ("shoes", "lamp", "sofa bed", "rice", "tea pot", "soap")
SMALL = ProbeConfig(folds=3, width=16, spelling=8, hidden=16, epochs=30, batch_size=8, learning_rate=0.02, dropout=0.1)


@pytest.fixture(scope="module")
def queries() -> pl.LazyFrame:
    """24 colours and items; the label of `red lamp` alone is wrong."""
    rows = []
    for color in COLORS:
        for item in ITEMS:
            words = [color, *item.split()]
            tags = ["B-color", "B-item", *["I-item"] * (len(words) - 2)]
            rows.append((f"{color} {item}", words, ["B-item", "B-color"] if (color, item) == ("red", "lamp") else tags))
    schema = {"query_id": pl.String, "tokens": pl.List(pl.String), "tags": pl.List(pl.String)}
    return pl.LazyFrame(rows, schema=schema, orient="row")


@pytest.fixture(scope="module")
def found(queries: pl.LazyFrame, tiny_base: Path) -> pl.DataFrame:
    return out_of_fold(queries, types=TYPES, base=tiny_base, config=SMALL).collect()


def test_every_word_has_a_probability_for_each_tag(found: pl.DataFrame, queries: pl.LazyFrame) -> None:
    assert found.schema == SCHEMA
    assert found["query_id"].to_list() == queries.collect()["query_id"].to_list()
    for row, tokens in zip(found.iter_rows(named=True), queries.collect()["tokens"], strict=True):
        assert len(row["probabilities"]) == len(row["suggested"]) == len(tokens)
        assert np.sum(row["probabilities"], axis=1) == pytest.approx(np.ones(len(tokens)))
    assert sorted(found["fold"].unique()) == [0, 1, 2]


def test_a_model_that_did_not_see_the_label_contradicts_a_wrong_one(found: pl.DataFrame) -> None:
    suggested = dict(found.select("query_id", "suggested").iter_rows())
    assert suggested["red lamp"] == ["B-color", "B-item"]
    assert suggested["green sofa bed"] == ["B-color", "B-item", "I-item"]


def test_no_label_of_a_query_reaches_its_own_prediction(queries: pl.LazyFrame, tiny_base: Path) -> None:
    rows = queries.collect()
    tokens, tags = rows["tokens"].to_list(), rows["tags"].to_list()
    features = word_features(tokens, tiny_base, width=16, spelling=8)
    labels = LabelSet(TYPES)
    before = chances_of(features, tokens, tags, labels, SMALL)
    own = before.folds == before.folds[0]
    other = [["O"] * len(query) if mine else query for query, mine in zip(tags, own, strict=True)]
    after = chances_of(features, tokens, other, labels, SMALL)
    words = np.repeat(own, [len(query) for query in tokens])
    assert np.array_equal(before.chances[words], after.chances[words])
    assert not np.allclose(before.chances[~words], after.chances[~words], atol=0.05)


def test_the_same_seed_gives_the_same_probabilities(
    queries: pl.LazyFrame, tiny_base: Path, found: pl.DataFrame
) -> None:
    again = out_of_fold(queries, types=TYPES, base=tiny_base, config=SMALL).collect()
    assert again.equals(found)


def test_queries_of_the_same_text_are_in_the_same_fold() -> None:
    folds = fold_of(["red shoes", "lamp", "Red Shoes", "sofa", "rice", "soap"], 3, seed=1)
    assert folds[0] == folds[2]
    assert sorted(set(folds.tolist())) == [0, 1, 2]


def test_most_queries_keep_their_fold_when_others_come() -> None:
    texts = [f"query {i}" for i in range(1000)]
    before, after = fold_of(texts, 5, seed=1), fold_of([*texts, *(f"new {i}" for i in range(50))], 5, seed=1)
    assert (before == after[:1000]).mean() > 0.9
    assert np.bincount(before).tolist() == [200] * 5


def test_too_few_queries_are_refused() -> None:
    with pytest.raises(ValueError, match="2 different queries do not fill 3 folds"):
        fold_of(["a", "b", "A"], 3, seed=1)


def test_a_tag_outside_of_the_label_set_is_named(queries: pl.LazyFrame, tiny_base: Path) -> None:
    with pytest.raises(ValueError, match="'B-item'"):
        out_of_fold(queries, types=("color",), base=tiny_base, config=SMALL)


@pytest.mark.parametrize("odd", ["\u200b", "\ud800", "😀", "שלום", "鞋子shoes", "x" * 10_000])
def test_any_word_has_features(tiny_base: Path, odd: str) -> None:
    features = word_features([["red", odd], ["lamp"], ["tea", "pot"]], tiny_base, width=4, spelling=2)
    assert features.shape[0] == 5
    assert np.isfinite(features).all()


def test_a_word_knows_its_neighbours_and_the_ends() -> None:
    found = neighbours(np.array([0, 2, 3]), np.array([0, 2, 5, 5, 8]))  # two words, none, three
    assert found.tolist() == [[5, 1], [0, 5], [5, 3], [2, 4], [3, 5]]
