"""Cuts the text of a formula into words."""

from __future__ import annotations

import re
from typing import NamedTuple

from ecrec_assets.contracts.formula.errors import FormulaError

LONGEST = 500  # also bounds how deep a tree can be
WORD = re.compile(
    r"""\s*(?:
    (?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<text>'(?:[^']|'')*'|"(?:[^"]|"")*")
  | `(?P<quoted>[^`]+)`
  | (?P<name>[^\W\d]\w*)
  | (?P<sign><=|>=|==|!=|<>|[-+*/()=<>,])
    )""",
    re.VERBOSE,
)


class Word(NamedTuple):
    """`kind` is number, text, quoted (a column in backticks), name, sign or end; `at` is where it begins."""

    kind: str
    value: str
    at: int


def words(text: str) -> list[Word]:
    """The words of a formula, closed by one of kind `end`. FormulaError shows the sign that is none."""
    if len(text) > LONGEST:
        raise FormulaError(f"a formula has at most {LONGEST:,} signs, this one has {len(text):,}")
    found: list[Word] = []
    place, end = 0, len(text.rstrip())
    while place < end:
        match = WORD.match(text, place)
        if match is None or match.lastgroup is None:
            start = place + len(text[place:]) - len(text[place:].lstrip())
            raise FormulaError(_strange(text[start]), text, start)
        found.append(Word(match.lastgroup, match[match.lastgroup], match.start(match.lastgroup)))
        place = match.end()
    return [*found, Word("end", "", end)]


def _strange(sign: str) -> str:
    if sign in "'\"`":
        return f"the quote {sign} is not closed"
    return f"'{sign}' has no meaning here"
