"""Labelled queries in splits that stay the same, with the labels that training does not know."""

from __future__ import annotations

import polars as pl
import pytest

from ecrec_assets.prepare.labelled_queries import annotated, drawn_split, labelled_queries, text_key

LISTS = pl.List(pl.String)


def raw(rows: list[tuple[str, str | None, list[str] | None, list[str] | None]]) -> pl.LazyFrame:
    ids, splits, tokens, tags = zip(*rows, strict=True)
    schema = {"query_id": pl.String, "split": pl.String, "tokens": LISTS, "tags": LISTS}
    frame = pl.DataFrame({"query_id": ids, "split": splits, "tokens": tokens, "tags": tags}, schema)
    return frame.with_columns(text=pl.col("tokens").list.join(" "), place=pl.lit("f:1")).lazy()


def test_given_splits_stay_and_every_query_has_its_key_and_length() -> None:
    found = labelled_queries(
        raw(
            [
                ("1", "train", ["Red", "ＳＨＯＥ"], ["B-c", "B-i"]),
                ("2", "test", ["Straße"], ["O"]),
                ("3", None, None, None),
            ]
        )
    ).collect()
    assert found["split"].to_list() == ["train", "test", None]
    assert found["query_key"].to_list() == ["red shoe", "strasse", None]
    assert found["token_count"].to_list() == [2, 1, None]


def test_a_tenth_each_is_drawn_by_the_text_and_always_the_same_tenth() -> None:
    queries = [(str(n), "train", [f"query{n}"], ["O"]) for n in range(2_000)]
    found = labelled_queries(raw(queries), drawn=("validation", "test")).collect()
    counts = dict(found.group_by("split").len().iter_rows())
    assert 160 < counts["validation"] < 240 and 160 < counts["test"] < 240 and counts["train"] > 1_500
    fewer = labelled_queries(raw(queries[::-7]), drawn=("validation", "test")).collect()
    splits = dict(found.select("query_id", "split").iter_rows())
    assert all(splits[name] == split for name, split in fewer.select("query_id", "split").iter_rows())
    assert (drawn_split("red shoe"), drawn_split("blue shoe")) == ("train", "test")


def test_only_training_queries_are_drawn_from_and_only_for_the_splits_that_are_missing() -> None:
    queries = [(f"{split}{n}", split, [f"{split}{n}"], ["O"]) for n in range(300) for split in ("train", "test")]
    found = labelled_queries(raw(queries), drawn=("validation",)).collect()
    test = found.filter(pl.col("query_id").str.starts_with("test"))
    assert test["split"].unique().to_list() == ["test"]
    assert set(found["split"]) == {"train", "validation", "test"}


@pytest.mark.parametrize("other", ["red SHOE", "  red\tshoe ", "ＲＥＤ shoe", "red\u00a0shoe"])
def test_the_same_query_in_other_letters_falls_into_the_same_split(other: str) -> None:
    assert text_key(other) == "red shoe"


def test_labels_that_training_does_not_have_are_named() -> None:
    found = labelled_queries(
        raw([
            ("1", "train", ["a"], ["B-x"]),
            ("2", "test", ["b", "c", "d"], ["B-z", "B-x", "B-y"]),
            ("3", "validation", ["e"], ["B-x"]),
        ])
    ).collect()  # fmt: skip
    assert found["new_types"].to_list() == [None, "y z", None]


def test_an_id_that_several_files_count_anew_is_told_by_its_split_and_the_test_keeps_it() -> None:
    found = labelled_queries(
        raw([(n, split, [split], ["O"]) for split in ("train", "test") for n in ("1", "2")])
    ).collect()
    assert found["query_id"].to_list() == ["train:1", "train:2", "1", "2"]


def test_annotations_get_the_words_of_their_query_and_none_of_an_unknown_one() -> None:
    labels = pl.LazyFrame(
        {"annotator": ["a", "b"], "query_id": ["1", "9"], "tags": [["O"], ["O"]], "place": ["f:1", "f:2"]}
    )
    queries = pl.LazyFrame({"query_id": ["1"], "tokens": [["red"]]})
    assert annotated(labels, queries).collect()["tokens"].to_list() == [["red"], None]
