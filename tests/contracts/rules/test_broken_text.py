# ruff: noqa: E501
"""Broken text is found, and text that only looks unusual is not accused."""

from __future__ import annotations

import polars as pl
import pytest

from tests.contracts.rules.on_both import on_polars

NAME = "expect_column_values_to_be_clean_text"
GOOD = [
    "", "milk", "CAFÉ", "NESTLÉ®", "Nestlé™ Crunch", "SEÑOR", "MAÇÃ®", "“MAÇÃ”", "PÃO DE AÇÚCAR", "São Paulo", "CHÂTEAU",
    "résumé…”", "“Olé!”", "« café »", "naïve façade – déjà vu", "Über-groß", "Ærø", "Ångström", "smörgåsbord", "İstanbul", "Łódź",
    "žluťoučký kůň", "Đà Nẵng", "Cà phê sữa đá", "中文商品", "国产牛奶 2×250ml", "日本語テキスト", "한국어 상품", "ภาษาไทย",
    "Привет, мир", "Ελληνικά", "עברית", "العربية", "नमस्ते", "👍🏽 great 👨‍👩‍👧", "✓ ok ★★★☆", "½ lb", "5 °C ± 1", "10×15 cm", "2×½", "€5 – £6 · ¥7",
    "a < b and c > d", "size <L>", "x <y and z> w", "AT&T", "M&M's; 50 g", "R&D", "1 < 2 <3 >", "<3 love", "if a<b then", "E = <x>",
    "tab\there", "line\nbreak\r\n", "50% off! #1 @home", "C:\\new\\table", "é", "Ã", "â", "ÂGE", "l’été", "it’s", "“quoted”", "•item", "™",
]  # fmt: skip
BAD = {
    "mojibake": [
        "cafÃ©", "Ã©tÃ©", "jalapeÃ±o", "donâ€™t", "â€œquotedâ€\u009d", "priceâ€“performance", "Nikeâ„¢", "â‚¬5", "Â£5", "5 Â°C", "MÃ¼ller",
        "crÃ¨me brÃ»lÃ©e", "SÃ£o Paulo", "zÅ‚oty", "ÐŸÑ€Ð¸Ð²ÐµÑ‚", "ä¸­å›½", "æ—¥æœ¬èªž", "ðŸ‘\u008d", "cafÃƒÂ©", "Ð¼Ð¾Ð»Ð¾ÐºÐ¾", "â€¢ item",
        "ï»¿milk", "piÃ±a",
    ],
    "replacement": ["caf\ufffd", "\ufffd"],
    "control": ["milk\x00", "\x07bell", "esc\x1b[0m", "del\x7f", "\x85next", "\ufeffmilk"],
    "markup": ["<b>milk</b>", "milk<br/>", "<p class=\"x\">a", "<!-- note -->", "<A HREF='x'>y</a>", "<script>alert(1)</script>"],
    "entity": ["M&amp;M", "&lt;3", "caf&eacute;", "&#39;s", "&#x2019;", "10&nbsp;g"],
}  # fmt: skip


def broken(texts: list[str | None], **arguments: object) -> list[str]:
    frame = pl.DataFrame({"t": pl.Series(texts, dtype=pl.String)})
    rows = on_polars(NAME, frame, column="t", **arguments).rows
    assert rows is not None
    return [str(texts[row]) for row in rows]


def test_good_text_of_many_languages_passes() -> None:
    assert broken([*GOOD, None]) == []


@pytest.mark.parametrize("kind", BAD)
def test_each_kind_is_found_by_its_name(kind: str) -> None:
    assert broken(BAD[kind], kinds=[kind]) == BAD[kind]
    assert broken(BAD[kind]) == BAD[kind]


def test_only_the_kinds_asked_for_are_looked_for() -> None:
    assert broken(["<b>x</b>", "M&amp;M"], kinds=["entity"]) == ["M&amp;M"]


WORDS = [
    "Pâté",
    "crème",
    "brûlée",
    "jalapeño",
    "Müsli",
    "Käse",
    "für",
    "Größe",
    "São",
    "açaí",
    "piña",
    "niño",
    "façade",
    "été",
    "hôtel",
    "Ångström",
    "señor",
    "déjà",
    "maïs",
]


def test_every_word_with_an_accent_is_found_once_it_is_decoded_wrongly() -> None:
    accented = [word for word in WORDS if not word.isascii()]
    wrong = [word.encode().decode("cp1252", errors="replace") for word in accented]
    assert len(accented) >= 15
    assert broken(wrong) == wrong
    assert broken(accented) == []


@pytest.mark.parametrize(
    "text", ["中文商品", "日本語", "한국어", "Привет", "Ελληνικά", "👍 great", "it’s “fine”", "½ off"]
)
@pytest.mark.parametrize("wrong", ["latin-1", "cp1252"])
def test_other_scripts_are_found_once_they_are_decoded_wrongly(text: str, wrong: str) -> None:
    garbled = text.encode().decode(wrong, errors="ignore")
    assert broken([garbled]) == [garbled]
    assert broken([text]) == []


def test_what_is_called_mojibake_is_what_ftfy_would_mend() -> None:
    ftfy = pytest.importorskip("ftfy")
    wrongly_mended = ["MAÇÃ®", "“MAÇÃ”"]  # ftfy reads a capital Ã at the end of a word as half of a character
    assert [text for text in GOOD if ftfy.fix_encoding(text) != text] == wrongly_mended
    assert [text for text in BAD["mojibake"] if ftfy.fix_encoding(text) == text] == ["Nikeâ„¢"]  # it leaves a lone sign
