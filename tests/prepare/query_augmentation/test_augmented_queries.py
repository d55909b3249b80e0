from __future__ import annotations

from collections import Counter

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecrec_assets.prepare.query_augmentation import KINDS, UnknownKind, augmented
from ecrec_assets.prepare.query_augmentation.rows import SoftLabelsError
from tests.prepare.query_augmentation.strategies import SCHEMA, frames, types_of, valid

ONE_OF_EACH = dict.fromkeys(KINDS, 1.0)
QUERIES = pl.LazyFrame(
    [
        (["nike", "running", "shoes"], ["B-brand", "B-item", "I-item"], "train"),
        (["adidas", "shirt", "for", "men"], ["B-brand", "B-item", "O", "O"], "train"),
        (["red", "shirt", "2", "lb"], ["B-color", "B-item", "B-size", "I-size"], "train"),
        (["puma", "hat"], ["B-brand", "B-item"], "validation"),
        (["nike", "shirt"], ["B-brand", "B-item"], "test"),
    ],
    schema=SCHEMA,
    orient="row",
)


def added(queries: pl.LazyFrame, shares: dict[str, float], seed: int = 1) -> pl.DataFrame:
    return augmented(queries, seed=seed, shares=shares).filter(pl.col("augmentation").is_not_null()).collect()


@given(frames(), st.integers(0, 2**40))
@settings(deadline=None, max_examples=40)
def test_given_rows_stay_and_only_valid_training_rows_of_known_types_are_added(
    queries: pl.LazyFrame, seed: int
) -> None:
    before = queries.collect()
    after = augmented(queries, seed=seed, shares=ONE_OF_EACH).collect()
    assert after.head(before.height).drop("augmentation").equals(before)
    new = after.slice(before.height)
    train = before.filter(split="train")
    assert set(new["split"]) <= {"train"}
    assert all(count <= train.height for count in Counter(new["augmentation"]).values())
    known = {kind for tags in train["tags"].to_list() for kind in types_of(tags)}
    for tokens, tags in new.select("tokens", "tags").iter_rows():
        assert len(tokens) == len(tags) > 0
        assert all(tokens)
        assert valid(tags)
        assert types_of(tags) <= known


@given(frames(), st.integers(0, 2**40))
@settings(deadline=None, max_examples=20)
def test_the_same_seed_gives_the_same_rows(queries: pl.LazyFrame, seed: int) -> None:
    one, two = (augmented(queries, seed=seed, shares=ONE_OF_EACH).collect() for _ in range(2))
    assert one.equals(two)


def test_another_seed_gives_other_rows() -> None:
    assert not added(QUERIES, {"typo": 1.0}, seed=1).equals(added(QUERIES, {"typo": 1.0}, seed=2))


@given(frames(), st.integers(0, 2**40))
@settings(deadline=None, max_examples=20)
def test_no_added_query_is_already_there_in_any_split(queries: pl.LazyFrame, seed: int) -> None:
    shares = {kind: 3.0 for kind in KINDS if kind != "case"}
    given_texts = {" ".join(tokens).lower() for tokens in queries.collect()["tokens"].to_list()}
    texts = [" ".join(tokens).lower() for tokens in added(queries, shares, seed)["tokens"].to_list()]
    assert not given_texts & set(texts)
    assert len(texts) == len(set(texts))


def test_mentions_are_replaced_by_training_mentions_of_their_type_only() -> None:
    rows = [row for seed in range(30) for row in added(QUERIES, {"mention": 3.0}, seed).iter_rows(named=True)]
    brands = {w for row in rows for w, tag in zip(row["tokens"], row["tags"], strict=True) if tag == "B-brand"}
    items = {w for row in rows for w, tag in zip(row["tokens"], row["tags"], strict=True) if tag == "B-item"}
    assert brands == {"nike", "adidas"}
    assert items == {"running", "shirt"}
    assert ["adidas", "running", "shoes"] in [row["tokens"] for row in rows]
    assert ["nike", "shirt"] not in [row["tokens"] for row in rows]  # a test query


@pytest.mark.parametrize(("share", "most"), [(0.0, 0), (0.34, 1), (1.0, 3), (2.0, 6)])
def test_a_share_bounds_the_rows_that_are_added(share: float, most: int) -> None:
    assert added(QUERIES, {"typo": share}).height == most


def test_a_kind_that_fits_one_query_adds_its_few_forms_and_no_more() -> None:
    found = added(QUERIES, {"unit": 10.0})
    ways = {" ".join(tokens[2:]) for tokens in found["tokens"].to_list()}
    assert ways <= {"2lb", "2 pounds", "2 lbs"}
    assert len(ways) == found.height >= 1


def test_what_is_derived_from_words_is_derived_anew_and_the_rest_is_kept() -> None:
    queries = QUERIES.with_columns(
        query_id=pl.format("q{}", pl.int_range(pl.len())),
        text=pl.col("tokens").list.join(" "),
        tag_text=pl.col("tags").list.join(" "),
        token_count=pl.col("tokens").list.len().cast(pl.Int64),
        weight=pl.int_range(pl.len()) / 10,
    )
    found = added(queries, {"drop": 1.0, "mention": 1.0})
    assert found.height == 6
    assert found["query_id"].is_unique().all()
    for row in found.iter_rows(named=True):
        assert row["text"] == " ".join(row["tokens"])
        assert row["tag_text"] == " ".join(row["tags"])
        assert row["token_count"] == len(row["tokens"])
        assert row["weight"] == int(row["query_id"][1]) / 10


def test_a_dropped_word_takes_no_span_away() -> None:
    for seed in range(20):
        for row in added(QUERIES, {"drop": 1.0}, seed).iter_rows(named=True):
            assert types_of(row["tags"]) in ({"brand", "item"}, {"color", "item", "size"})


def test_an_unknown_kind_a_wrong_share_and_soft_labels_are_refused_by_name() -> None:
    with pytest.raises(UnknownKind, match=r"'typos'.*there are mention, word_order, typo"):
        augmented(QUERIES, seed=1, shares={"typos": 1.0})
    with pytest.raises(ValueError, match=r"between 0 and 10, not \{'typo': -1"):
        augmented(QUERIES, seed=1, shares={"typo": -1})
    with pytest.raises(SoftLabelsError, match="column 'soft'"):
        augmented(QUERIES.with_columns(soft=pl.lit(None)), seed=1)
