"""Reads a formula into a tree, by precedence: or, and, not, comparison, + and -, * and /, sign, call."""

from __future__ import annotations

from typing import Any, NamedTuple

from ecrec_assets.contracts.formula.errors import FormulaError
from ecrec_assets.contracts.formula.words import Word, words

DEEPEST = 50
COMPARISONS = {"=": "==", "<>": "!="} | {sign: sign for sign in ("==", "!=", "<", "<=", ">", ">=")}
CONSTANTS = {"null": None, "true": True, "false": False}
RESERVED = {"and", "or", "not", "is", "in", *CONSTANTS}


class Constant(NamedTuple):
    value: Any
    at: int


class Name(NamedTuple):
    column: str
    at: int


class Call(NamedTuple):
    """An operator or a function with its parts. `function` is lower case."""

    function: str
    parts: tuple[Node, ...]
    at: int


Node = Constant | Name | Call


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.words = words(text)
        self.place = 0
        self.depth = 0

    @property
    def word(self) -> Word:
        return self.words[self.place]

    def refuse(self, problem: str) -> FormulaError:
        return FormulaError(problem, self.text, self.word.at)

    def take(self, *values: str) -> Word | None:
        """The next word when it is one of these signs or reserved names."""
        word = self.word
        if word.kind in ("sign", "name") and word.value.lower() in values:
            self.place += 1
            return word
        return None

    def expect(self, value: str) -> None:
        if not self.take(value):
            raise self.refuse(f"'{value}' is missing here")

    def whole(self) -> Node:
        node = self.either()
        if self.word.kind != "end":
            raise self.refuse(f"'{self.word.value}' was not expected here")
        return node

    def either(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.refuse(f"more than {DEEPEST} brackets in one another")
        node = self.both()
        while word := self.take("or"):
            node = Call("or", (node, self.both()), word.at)
        self.depth -= 1
        return node

    def both(self) -> Node:
        node = self.negated()
        while word := self.take("and"):
            node = Call("and", (node, self.negated()), word.at)
        return node

    def negated(self) -> Node:
        turns = []
        while word := self.take("not"):
            turns.append(word)
        node = self.compared()
        return Call("not", (node,), turns[0].at) if len(turns) % 2 else node

    def compared(self) -> Node:
        node = self.added()
        if word := self.take(*COMPARISONS):
            return Call(COMPARISONS[word.value], (node, self.added()), word.at)
        if word := self.take("is"):
            negated = self.take("not")
            self.expect("null")
            return Call("is not null" if negated else "is null", (node,), word.at)
        negated = self.take("not")
        if word := self.take("in"):
            return Call("not in" if negated else "in", (node, *self.listed()), word.at)
        if negated:
            raise self.refuse("'in' is missing after 'not'")
        return node

    def added(self) -> Node:
        node = self.multiplied()
        while word := self.take("+", "-"):
            node = Call(word.value, (node, self.multiplied()), word.at)
        return node

    def multiplied(self) -> Node:
        node = self.signed()
        while word := self.take("*", "/"):
            node = Call(word.value, (node, self.signed()), word.at)
        return node

    def signed(self) -> Node:
        minus, at = False, self.word.at
        while word := self.take("-", "+"):
            minus ^= word.value == "-"
        node = self.single()
        if not minus:
            return node
        if isinstance(node, Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
            return Constant(-node.value, at)
        return Call("negative", (node,), at)

    def single(self) -> Node:
        word = self.word
        self.place += 1
        match word.kind:
            case "number":
                return Constant(_number(word.value), word.at)
            case "text":
                quote = word.value[0]
                return Constant(word.value[1:-1].replace(quote * 2, quote), word.at)
            case "quoted":
                return Name(word.value, word.at)
            case "name" if word.value.lower() in CONSTANTS:
                return Constant(CONSTANTS[word.value.lower()], word.at)
            case "name" if word.value.lower() not in RESERVED:
                return self.called(word) if self.take("(") else Name(word.value, word.at)
            case "sign" if word.value == "(":
                node = self.either()
                self.expect(")")
                return node
        self.place -= 1
        raise self.refuse("a column, a number, a text in quotes or a function is missing here")

    def called(self, word: Word) -> Node:
        self.place -= 1
        return Call(word.value.lower(), self.listed(), word.at)

    def listed(self) -> tuple[Node, ...]:
        self.expect("(")
        if self.take(")"):
            return ()
        parts = [self.either()]
        while self.take(","):
            parts.append(self.either())
        self.expect(")")
        return tuple(parts)


def _number(text: str) -> int | float:
    value = float(text) if set(text) & set(".eE") else int(text)
    if abs(value) > 1e18:
        raise FormulaError(f"{text} is beyond what a column can hold")
    return value


def read(text: str) -> Node:
    """The tree of a formula. FormulaError points at what cannot be read."""
    if not text.strip():
        raise FormulaError("the formula is empty")
    return _Reader(text).whole()
