"""Row rule: text that was decoded wrongly, or still carries the markup it was cut out of.

Patterns run in Rust's engine, which has no look-around and cannot backtrack. They look for what legitimate text does
not contain, so that they find less rather than accuse a NESTLÉ® or a MAÇÃ.
"""

from __future__ import annotations

import polars as pl

from ecrec_assets.contracts.engine.compilers.columns import TEXT
from ecrec_assets.contracts.engine.compilers.domain import Asked
from ecrec_assets.contracts.engine.table import CannotCompile

# A byte 0x80-0xBF as Latin-1 or Windows-1252 shows it: what follows the first byte of a UTF-8 character.
NEXT = "[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
# Those that also follow a capital Ã at the end of a word in capitals: quotes, dashes, signs of trade.
AFTER_WORD = "”’“‘®™…–—•»«·°ªº\u00a0"
ODD_NEXT = "[" + "".join(chr(c) for c in range(0x80, 0xC0) if chr(c) not in AFTER_WORD) + "€‚ƒ„†‡ˆ‰Š‹ŒŽ˜š›œžŸ]"
MOJIBAKE = (
    rf"\p{{Ll}}[\u00c2-\u00d6\u00d8-\u00de]{NEXT}",  # cafÃ©, zÅ‚oty
    rf"Ã{ODD_NEXT}",  # Ã©tÃ©
    r"(?:^|[^\p{Lu}])Â[\u00a0-\u00bf]",  # Â£5
    r"(?:^|[^\p{Lu}])Ã\u00a0\p{L}",
    rf"â{NEXT}{NEXT}",  # donâ€™t, â„¢
    rf"ð[\u009fŸ]{NEXT}",  # an emoji
    rf"(?:[à-ï]{NEXT}{NEXT}){{2}}",  # two Chinese, Japanese, Korean or Thai characters
    rf"(?:[ÐÑ]{NEXT}){{2}}|(?:[ÎÏ]{NEXT}){{2}}|(?:[ØÙ]{NEXT}){{2}}|(?:×{NEXT}){{2}}",  # Cyrillic, Greek, Arabic, Hebrew
    r"ï»¿|ï¿½",  # a byte order mark, a replacement character
)
TAGS = (
    "a|abbr|article|aside|b|big|blockquote|body|br|button|center|code|dd|del|div|dl|dt|em|figure|font|footer|form|h[1-6]|head|header|"
    "hr|html|i|iframe|img|input|ins|label|li|link|main|meta|nav|ol|option|p|pre|s|script|section|select|small|span|strike|strong|style|"
    "sub|sup|svg|table|tbody|td|tfoot|th|thead|title|tr|tt|u|ul|video"
)
NAMED = (
    "amp|lt|gt|quot|apos|nbsp|iexcl|cent|pound|yen|sect|copy|laquo|raquo|reg|deg|plusmn|sup[123]|acute|micro|para|middot|frac1[24]|frac34|"
    "iquest|times|divide|euro|trade|hellip|bull|ndash|mdash|[lr]squo|[lr]dquo|sbquo|bdquo|ensp|emsp|thinsp|zwj|zwnj|shy|szlig|"
    "[AEIOUYaeiouy](?:acute|uml|grave|circ)|[ANOano]tilde|[Cc]cedil|[Aa]ring|[Oo]slash|(?:AE|ae|OE|oe)lig"
)
PATTERNS: dict[str, str] = {
    "mojibake": "|".join(f"(?:{pattern})" for pattern in MOJIBAKE),
    "replacement": "\ufffd",
    "control": "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufeff\ufffe\uffff]".encode(
        "unicode_escape"
    ).decode(),
    "markup": rf"(?i)</?(?:{TAGS})(?:\s+[a-z][a-z0-9_:-]*\s*=[^<>]*)?\s*/?>|<!--|<!doctype|<!\[CDATA\[|<\?xml",
    "entity": rf"&(?:(?:{NAMED})|#[0-9]{{1,7}}|#[xX][0-9a-fA-F]{{1,6}});",
}


def clean(asked: Asked) -> pl.Expr:
    """None of `kinds` (all where none are named) is found in the text."""
    if not isinstance(asked.dtype, TEXT):
        raise CannotCompile(f"column {asked.column} is {asked.dtype}, not text")
    text = asked.value.cast(pl.String)
    kinds = asked.arguments.get("kinds") or list(PATTERNS)
    if unknown := [kind for kind in kinds if kind not in PATTERNS]:
        raise CannotCompile(f"'{unknown[0]}' is not a kind of broken text; there are {', '.join(PATTERNS)}")
    return ~pl.any_horizontal([text.str.contains(PATTERNS[kind]) for kind in kinds])
