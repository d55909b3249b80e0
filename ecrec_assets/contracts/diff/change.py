"""One difference between two states of a contract, and whom it hurts."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["breaking", "tightening", "loosening", "documentation"]
KINDS: tuple[Kind, ...] = ("breaking", "tightening", "loosening", "documentation")
MEANING: dict[Kind, str] = {
    "breaking": "who reads the table has to change",
    "tightening": "fewer rows pass",
    "loosening": "more rows pass",
    "documentation": "no row is judged otherwise",
}


class Change(NamedTuple):
    """`subject` is a column, a rule or the contract; `words` is what a person would say."""

    kind: Kind
    subject: str
    words: str
