from __future__ import annotations

import re
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from ecrec_assets.prepare.query_prices import BELOW, CHEAP, SMALL, price_phrase


@given(st.floats(0.01, 5000), st.integers(0, 2**32))
def test_a_price_phrase_names_money_or_a_wish_for_a_low_price(price: float, seed: int) -> None:
    words = price_phrase(price, Random(seed))
    text = " ".join(words)
    assert words
    assert text in CHEAP or re.search(r"\d", text) or set(words) & set(SMALL)


@given(st.floats(1, 500), st.integers(0, 2**32))
def test_a_limit_lies_at_or_above_the_price_paid(price: float, seed: int) -> None:
    text = " ".join(price_phrase(price, Random(seed)))
    for start in BELOW:
        if text.startswith(f"{start} $") and text[len(start) + 2 :].strip().replace(".", "").isdigit():
            assert float(text[len(start) + 2 :]) >= price - 0.51


def test_the_same_price_is_worded_in_many_ways() -> None:
    random = Random(0)
    found = {" ".join(price_phrase(2.99, random)) for _ in range(500)}
    assert len(found) > 150
    assert any(re.fullmatch(r"\d+ for \$\d+", text) for text in found)
    assert "cheap" in found
