from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecrec_assets.models.tagger.labels import may_follow
from ecrec_assets.models.tagger.predict import MOST_CHARACTERS, MOST_WORDS, TaggedQuery, Tagger
from tests.models.tagger.conftest import LABELS, tiny_network

TAGGER = Tagger(tiny_network(), precision="fp32")


def check(text: str, answer: TaggedQuery) -> None:
    """What holds for every string."""
    assert len(answer.tokens) == len(answer.tags) <= MOST_WORDS
    assert set(answer.tags) <= set(LABELS.tags)
    assert all(may_follow(before, tag) for before, tag in zip([None, *answer.tags], answer.tags, strict=False))
    assert len(answer.spans) == sum(tag.startswith("B-") for tag in answer.tags)
    for span in answer.spans:
        assert text[span.start : span.end] == span.text != ""
        assert 0 < span.score <= 1


@given(st.text(max_size=80))
@settings(deadline=None, max_examples=150)
def test_every_string_has_a_valid_answer(text: str) -> None:
    [answer] = TAGGER.tag([text])
    check(text, answer)
    assert list(answer.tokens) == text.split()


UNUSUAL = [
    *("🍕 pizza 🍕🍕 under $5", "👩‍👩‍👧 dinner", "חלב במבצע", "تفاح أقل من 5", "\u202emilk", "牛奶 两块"),
    *("mi\u200blk", "\u200b", "\u200b \ufeff \u00ad", "\ud800 milk", "milk\udfff", "\x00\x00", "a\x00b milk"),
    *("e\u0301clair", "$$$ ??? !!!", "ﬁsh ½ lb", "İSTANBUL", "a" * 300, "-" * 300, "1" * 100),
]
MEGABYTES = ["milk " * 200_000, "x" * 1_000_000, "," * 1_000_000, "牛" * 1_000_000, " " * 1_000_000 + "x"]


@pytest.mark.parametrize("text", UNUSUAL)
def test_unusual_strings_have_a_valid_answer(text: str) -> None:
    [answer] = TAGGER.tag([text])
    check(text, answer)
    assert list(answer.tokens) == text.split()
    assert not answer.truncated


@pytest.mark.parametrize("text", ["", " ", "\t\n\r", "\u3000\u00a0"])
def test_a_query_without_words_has_no_tags(text: str) -> None:
    assert TAGGER.tag([text]) == [TaggedQuery((), (), ())]


def test_no_queries_have_no_answers() -> None:
    assert TAGGER.tag([]) == []


@pytest.mark.parametrize(
    "text", ["milk " * 200_000, "x" * 1_000_000, "," * 1_000_000, "牛" * 1_000_000, " " * 1_000_000 + "x"]
)
def test_a_megabyte_is_cut_at_the_stated_limit_quickly(text: str) -> None:
    started = time.perf_counter()
    [answer] = TAGGER.tag([text])
    assert time.perf_counter() - started < 5
    check(text, answer)
    assert sum(map(len, answer.tokens)) <= MOST_CHARACTERS
    assert answer.truncated


def test_a_query_at_the_limit_is_not_called_truncated() -> None:
    whole = "ab " * MOST_WORDS
    assert not TAGGER.tag([whole])[0].truncated
    assert TAGGER.tag([whole + "c"])[0].truncated
    assert not TAGGER.tag(["x" * MOST_CHARACTERS + "   "])[0].truncated
    assert TAGGER.tag(["x" * (MOST_CHARACTERS + 1)])[0].truncated


@pytest.mark.parametrize("texts", ["milk", [None], [b"milk"], [1], ["milk", None]])
def test_what_is_not_a_list_of_strings_is_a_type_error(texts: object) -> None:
    with pytest.raises(TypeError, match="list of strings"):
        TAGGER.tag(texts)  # type: ignore[arg-type]


def test_an_answer_does_not_depend_on_the_rest_of_the_batch() -> None:
    texts = ["milk", "", "a very long query about white bread under 3 dollars " * 3, "soap", "\u200b", *["rice"] * 100]
    together = TAGGER.tag(texts)
    for text, answer in zip(texts, together, strict=True):
        [alone] = TAGGER.tag([text])
        assert (alone.tokens, alone.tags) == (answer.tokens, answer.tags)
        assert [span.score for span in alone.spans] == pytest.approx([span.score for span in answer.spans], abs=1e-4)


def test_spans_leave_out_signs_at_their_ends_but_keep_money_signs(
    tiny_base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tagger = Tagger.load(tiny_base, precision="fp32")
    wanted = {'"milk,': "B-Item", "(2%)?": "I-Item", "$3!!": "B-Price", "99¢.": "I-Price", "???": "B-Category"}
    text = " ".join(wanted)
    found = type(tagger.tag_words([["a"]])[0])(list(wanted.values()), [0.9, 0.8, 0.7, 0.6, 0.5])
    monkeypatch.setattr(tagger, "tag_words", lambda words: [found])
    [answer] = tagger.tag([text])
    assert [(span.type, span.text, span.score) for span in answer.spans] == [
        ("Item", "milk, (2%", 0.8),
        ("Price", "$3!! 99¢", 0.6),
        ("Category", "???", 0.5),
    ]
