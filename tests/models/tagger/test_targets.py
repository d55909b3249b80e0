from __future__ import annotations

import polars as pl
import pytest
import torch

from ecrec_assets.models.tagger.soft_targets import SOFT
from ecrec_assets.models.tagger.targets import check, longest, segments, shares
from tests.models.tagger.conftest import LABELS


def rows(tokens: list[str] | None, tags: list[str] | None) -> pl.DataFrame:
    """A good query in both splits, and this one."""
    data = [("train", ["corn"], ["B-Item"]), ("validation", ["corn"], ["B-Item"]), ("train", tokens, tags)]
    schema = {"split": pl.String, "tokens": pl.List(pl.String), "tags": pl.List(pl.String)}
    return pl.DataFrame(data, schema=schema, orient="row")


BAD = {
    "an unknown label": (
        ["red", "corn"],
        ["B-Colour", "B-Item"],
        r"'red corn'.*'red' has the tag 'B-Colour'.*Item, Cat",
    ),
    "a tag of no scheme": (["corn"], ["ITEM"], "'corn' has the tag 'ITEM'"),
    "no tag at all": (["corn"], [None], "'corn' has the tag 'None'"),
    "a span that begins with I-": (["corn"], ["I-Item"], "'corn' has the tag 'I-Item' after 'nothing'"),
    "a span that changes type": (["corn", "$3"], ["B-Item", "I-Price"], r"'\$3' has the tag 'I-Price' after 'B-Item'"),
    "a tag too few": (["corn", "pie"], ["B-Item"], "2 words have 1 tags"),
    "a tag too many": (["corn"], ["B-Item", "O"], "1 words have 2 tags"),
    "no tags": (["corn"], None, "1 words have 0 tags"),
    "no words": (None, ["O"], "0 words have 1 tags"),
}


@pytest.mark.parametrize(("tokens", "tags", "message"), BAD.values(), ids=BAD)
def test_a_query_that_cannot_be_learnt_from_is_named(
    tokens: list[str] | None, tags: list[str] | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        check(rows(tokens, tags), LABELS)


def test_a_bad_label_of_validation_is_found_before_training_too() -> None:
    data = rows(["corn"], ["B-Brand"]).with_columns(split=pl.Series(["train", "validation", "validation"]))
    with pytest.raises(ValueError, match=r"query 'corn' of split 'validation'.*B-Brand"):
        check(data, LABELS)


@pytest.mark.parametrize("weight", [-1.0, float("nan"), float("inf"), None])
def test_a_weight_that_is_none_is_named(weight: float | None) -> None:
    with pytest.raises(ValueError, match="query 'corn' of split 'train': its weight is"):
        check(rows(["corn"], ["O"]).with_columns(weight=pl.Series([1.0, 1.0, weight])), LABELS)


@pytest.mark.parametrize(
    ("kind", "after", "share", "message"),
    [
        ("Brand", 1, 1.0, "the type 'Brand'; known types are Item"),
        ("Item", 2, 1.0, "the words 0 to 2 of 1 with share 1.0"),
        ("Item", 1, 1.5, "the words 0 to 1 of 1 with share 1.5"),
    ],
)
def test_a_teacher_that_says_what_cannot_be_is_named(kind: str, after: int, share: float, message: str) -> None:
    soft = [{"type": kind, "first": 0, "after": after, "share": share}]
    with pytest.raises(ValueError, match=message):
        check(rows(["corn"], ["O"]).with_columns(soft=pl.Series([None, None, soft], dtype=SOFT)), LABELS)


@pytest.mark.parametrize("text", ["🍕 pizza", "חלב", "牛奶 milk", "mi\u200blk", "a" * 100_000])
def test_any_words_with_good_tags_pass(text: str) -> None:
    words = text.split()
    check(rows(words, ["B-Item", "I-Item"][: len(words)]), LABELS)


def test_targets_are_the_segments_of_the_tags_or_what_a_teacher_says() -> None:
    soft = [
        {"type": "Price", "first": 0, "after": 1, "share": 0.7},
        {"type": "O", "first": 0, "after": 1, "share": 0.3},
    ]
    data = pl.DataFrame({"tags": [["B-Item", "I-Item", "O"], ["O"]]}).with_columns(
        soft=pl.Series([None, soft], dtype=SOFT)
    )
    first, second = segments(data)
    assert [tuple(part) for part in first] == [("Item", 0, 2, 1.0), ("O", 2, 3, 1.0)]
    assert [tuple(part) for part in second] == [("Price", 0, 1, 0.7), ("O", 0, 1, 0.3)]
    assert longest([first, second], 16) == 2
    assert longest([first, second], 1) == 1


def test_shares_stand_where_the_scores_of_their_segments_stand() -> None:
    [target] = segments(pl.DataFrame({"tags": [["B-Item", "I-Item", "O", "B-Price"]]}))
    found = shares([target], torch.zeros(1, 4, 2, 4), LABELS)
    assert found.nonzero().tolist() == [[0, 0, 1, 1], [0, 2, 0, 0], [0, 3, 0, 3]]
    assert shares([target], torch.zeros(1, 4, 1, 4), LABELS).sum() == 2  # the wide one has no place
