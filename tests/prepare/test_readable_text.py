import re

import polars as pl
import pytest

from ecrec_assets.collect import complete_journey
from ecrec_assets.prepare.abbreviations import LAST_WORDS, WORDS
from ecrec_assets.prepare.readable_text import readable, with_readable


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("FRZN SS PREMIUM ENTREES/DNRS/N", "frozen single serve premium entrees dinners"),
        ("PWDR/CRYSTL DRNK MX", "powder crystal drink mix"),
        ("SNKS/CKYS/CRKR/CNDY", "snacks cookies crackers candy"),
        ("R/C VEHICLES", "remote control vehicles"),
        ("BATH & BODY THERAPIES", "bath and body therapies"),
        ("CHIX: CHICKEN DINNERS/SNACKS H", "chicken dinners snacks"),
        ("TEA CAN WITH SWEETENER/SUGAR", "tea can with sweetener sugar"),
        ("SUNTAN PRODUCTS W/O SPF", "suntan products without spf"),
        ("VARIETY MEAT - CUBE/STW/STRP", "variety meat cube stew strips"),
        ("APPLE JUICE & CIDER (50% AND U", "apple juice and cider"),
        ("HISPANIC JUICES OVER 50% JUICE", "hispanic juices"),
        ("APPLES GALA (BULK&BAG)", "apples gala"),
        ("SFT DRNK 2 LITER BTL CARB INCL", "soft drink 2 liter bottle carbonated incl"),
        ("CHILDREN S ACTIVITY", "childrens activity"),
        ("ADULT INCONTINENCE UNDERGARMEN", "adult incontinence undergarments"),
        ("CNTRL/STORE SUP", "control store supplies"),
        ("GM MERCH EXP", "general merchandise expense"),
        ("POPULAR 1.5LT WINES", "popular wines"),
        ("AGE RESTRICTED SPHE $9.99", "age restricted movie"),
        ("", "unknown"),
        ("(50%)", "unknown"),
        (None, "unknown"),
    ],
)
def test_the_shops_texts_become_words(text: str | None, words: str) -> None:
    frame = pl.DataFrame({"text": [text]}, schema={"text": pl.String})
    assert frame.select(readable(pl.col("text"))).item() == words


@pytest.mark.parametrize("column", ["department", "product_category", "product_type"])
def test_every_text_of_the_catalogue_becomes_words_without_abbreviations(column: str) -> None:
    real = complete_journey.read("products").select(column).unique().drop_nulls()
    words = with_readable(real, column, "words").collect()["words"]
    assert words.str.contains(r"^[a-z0-9]+( [a-z0-9]+)*$").all()
    assert "unknown" not in words
    tokens = set(words.str.split(" ").explode())
    meanings = {word for meaning in (*WORDS.values(), *LAST_WORDS.values()) for word in meaning.split()}
    assert tokens & set(WORDS) <= meanings


def test_rows_and_order_are_kept() -> None:
    frame = pl.LazyFrame({"id": [1, 2, 3, 4], "text": ["TEA", None, "BTL", "TEA"]})
    assert with_readable(frame, "text", "words").collect()["words"].to_list() == ["tea", "unknown", "bottle", "tea"]


def test_no_abbreviation_means_another_abbreviation() -> None:
    loose = {short: meaning for short, meaning in WORDS.items() if set(meaning.split()) & set(WORDS)}
    assert loose == {}


def test_every_abbreviation_of_the_table_is_in_the_catalogue() -> None:
    columns = pl.col("department", "product_category", "product_type")
    texts = complete_journey.read("products").select(columns.str.to_lowercase()).collect()
    seen = {
        word for column in texts for text in column.drop_nulls().unique() for word in re.findall(r"[a-z0-9]+", text)
    }
    assert {*WORDS, *LAST_WORDS} <= seen
