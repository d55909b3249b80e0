"""Lists of tags: IOB2, of the label set, one a word; and the reason told for each row that is not."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seqeval.scheme import IOB2, Tokens

from ecrec_assets.contracts.proof.prove import prove
from tests.contracts.contracts import NOW, audited, contract_of, quarantined, result_of, rule
from tests.contracts.rules.on_both import on_polars

NAME = "expect_column_tags_to_be_iob2"
TYPES = ["color", "item"]


def frame(tags: list[Any], words: list[Any] | None = None) -> pl.DataFrame:
    words = [None if row is None else [f"w{i}" for i, _ in enumerate(row)] for row in tags] if words is None else words
    lists = pl.List(pl.String)
    return pl.DataFrame(
        {"row": range(len(tags)), "words": words, "tags": tags}, {"row": pl.Int64, "words": lists, "tags": lists}
    )


BROKEN: list[tuple[list[Any], str]] = [
    (["I-item"], "w0/I-item: I-item follows O, so nothing begins the span (word 1)"),
    (["B-color", "I-item"], "w0/B-color w1/I-item: I-item follows B-color, so nothing begins the span (word 2)"),
    (["B-item", "O", "I-item"], "w0/B-item w1/O w2/I-item: I-item follows O, so nothing begins the span (word 3)"),
    (["B-colour"], "w0/B-colour: the label 'colour' is unknown; do you mean 'color'? (word 1)"),
    (["B-item", None], "w0/B-item w1/None: a tag is missing (word 2)"),
    (["item"], "w0/item: 'item' is no tag; there are O, B-… and I-… (word 1)"),
    (["B-"], "w0/B-: 'B-' is no tag; there are O, B-… and I-… (word 1)"),
    (["b-item"], "w0/b-item: 'b-item' is no tag; there are O, B-… and I-… (word 1)"),
    ([""], "w0/: '' is no tag; there are O, B-… and I-… (word 1)"),
]


def test_a_broken_row_fails_alone_and_is_told_with_its_reason() -> None:
    good: list[list[Any]] = [["O"], ["B-item", "I-item", "I-item"], ["B-item", "B-item"], ["B-color", "B-item", "O"]]
    rows = frame([*good, *(tags for tags, _ in BROKEN)])
    asked = {"column": "tags", "types": TYPES, "token_column": "words"}
    assert on_polars(NAME, rows, **asked).rows == list(range(len(good), rows.height))
    assert result_of(rows.lazy(), rule(NAME, **asked)).observed == [reason for _, reason in BROKEN]


def test_a_tag_too_many_or_too_few_fails() -> None:
    rows = frame([["B-item"], ["B-item"], ["B-item"], ["O"]], [["red", "shoe"], [], None, ["a"]])
    assert on_polars(NAME, rows, column="tags", types=TYPES, token_column="words").rows == [0, 1, 2]
    assert result_of(rows.lazy(), rule(NAME, column="tags", token_column="words")).observed == [
        "red/B-item: 1 tag for 2 words",
        "B-item: 1 tag for 0 words",
        "B-item: there are tags and no words",
    ]
    assert on_polars(NAME, rows, column="tags", types=TYPES).rows == []


def test_without_types_any_label_is_good_and_only_the_order_is_judged() -> None:
    rows = frame([["B-x", "I-x"], ["I-x"], ["x"], ["B-a b"]])
    assert on_polars(NAME, rows, column="tags").rows == [1, 2, 3]


def test_a_missing_list_is_not_asked_and_an_empty_one_is_good() -> None:
    rows = frame([None, [], ["I-item"]])
    assert on_polars(NAME, rows, column="tags", types=TYPES, token_column="words").rows == [2]


def test_failing_rows_go_to_quarantine_and_the_limit_is_said() -> None:
    rows = frame([["O"], ["B-brand"], ["O", "I-item"]])
    found = audited(rows.lazy(), rule(NAME, column="tags", types=TYPES, token_column="words", mostly=0.3))
    assert quarantined(found, "row") == [1, 2]
    assert (
        found.verdict.rule("the_rule").limit == "IOB2 tags of color, item, one a word of words, at least 30 % of rows"
    )


def test_a_private_query_is_not_shown_with_its_tags() -> None:
    rows = frame([["B-brand"]], [["secret"]])
    one = rule(NAME, column="tags", types=TYPES, token_column="words")
    assert audited(rows.lazy(), one, private=("words",)).verdict.rule("the_rule").observed == [
        "B-brand: the label 'brand' is unknown (word 1)"
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"types": ["item", "item"]}, "the type 'item' is there twice"),
        ({"types": ["B-item"]}, "is a tag; a type is written without B- or I-"),
        ({"types": ["product name"]}, "holds a blank"),
        ({"types": []}, "at least 1"),
        ({"token_column": "gone"}, "column gone is missing"),
        ({"token_column": "row"}, "column row is Int64, not a list of texts"),
    ],
)
def test_a_rule_that_cannot_be_asked_says_why(arguments: dict[str, Any], message: str) -> None:
    found = result_of(frame([["O"]]).lazy(), rule(NAME, column="tags", **arguments))
    assert not found.passed
    assert message in (found.error or "")


tag = st.sampled_from(["O", "B-item", "I-item", "B-color", "I-color"])


@settings(max_examples=6)
@given(st.lists(st.lists(tag, max_size=6), min_size=10, max_size=80))
def test_the_rule_passes_exactly_what_seqeval_reads_without_loss(rows: list[list[str]]) -> None:
    found = audited(frame(rows).lazy(), rule(NAME, column="tags", types=TYPES, token_column="words", mostly=0.0))
    assert quarantined(found, "row") == [place for place, tags in enumerate(rows) if _rewritten(tags) != tags]


def _rewritten(tags: list[str]) -> list[str]:
    """The spans that seqeval sees, written as tags again."""
    again = ["O"] * len(tags)
    for span in Tokens(tags, IOB2).entities if tags else []:
        again[span.start : span.end] = [f"B-{span.tag}", *[f"I-{span.tag}"] * (span.end - span.start - 1)]
    return again


def test_a_proof_plants_a_label_that_nobody_knows() -> None:
    rows = frame([["B-item", "I-item"], ["O"], ["B-color", "B-item"]] * 20)
    contract = contract_of(rows.lazy(), rule(NAME, column="tags", types=TYPES, token_column="words"))
    (found,) = prove(contract, rows.lazy(), now=NOW).rules
    assert (found.state, found.planted) == ("alone", "tags starting with B-planted, a label nobody knows")
