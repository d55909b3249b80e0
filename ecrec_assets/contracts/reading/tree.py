"""YAML as plain values that know their lines.

Read from the parser's events, so that depth, size, tags and aliases are judged before anything is built from them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import yaml

from ecrec_assets.contracts.reading.problems import Findings, Spot, shown
from ecrec_assets.contracts.reading.scalars import WORDS_OF_YAML_1_1, value_of
from ecrec_assets.contracts.reading.source import CONTROL

MOST_NODES = 100_000
MOST_DEPTH = 40
WIDEST = 1_000_000  # no line of a file that is read has more columns
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster; the graph is loaded in every process


class Map(dict[str, Any]):
    """A mapping that knows where each key and each value stands (marks: `_mark`)."""

    __slots__ = ("key_marks", "mark", "marks")

    def __init__(self, mark: int) -> None:
        super().__init__()
        self.mark = mark
        self.key_marks: dict[str, int] = {}
        self.marks: dict[str, int] = {}

    @property
    def spot(self) -> Spot:
        return _spot(self.mark)

    def at(self, key: str) -> Spot:
        """Where the key stands; where the mapping starts when it has no such key."""
        return _spot(self.key_marks.get(key, self.mark))

    def value_at(self, key: str) -> Spot:
        return _spot(self.marks.get(key, self.mark))


class Seq(list[Any]):
    """A list that knows where each item stands."""

    __slots__ = ("mark", "marks")

    def __init__(self, mark: int) -> None:
        super().__init__()
        self.mark = mark
        self.marks: list[int] = []

    @property
    def spot(self) -> Spot:
        return _spot(self.mark)

    def value_at(self, index: int) -> Spot:
        return _spot(self.marks[index])


class Refused(Exception):
    """The file cannot be read further."""

    def __init__(self, spot: Spot, code: str, message: str) -> None:
        super().__init__(message)
        self.spot, self.code, self.message = spot, code, message


def parse(text: str, findings: Findings) -> Any:
    """The one document of the text; None, with the problem among the findings, when it cannot be read."""
    try:
        return _Builder(findings).build(text)
    except Refused as refused:
        findings.error(refused.spot, refused.code, refused.message)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        spot = Spot(mark.line + 1, mark.column + 1) if mark else Spot(0)
        findings.error(spot, "yaml", _readable(error, text, spot))
    return None


def maps(owner: Map, key: str) -> list[Map]:
    """The mappings in the list at `key`; what is of another kind has been complained of already."""
    found = owner.get(key)
    return [item for item in found if isinstance(item, Map)] if isinstance(found, Seq) else []


def plain(value: Any) -> Any:
    """The same value as ordinary dicts and lists."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def _readable(error: yaml.YAMLError, text: str, spot: Spot) -> str:
    lines = text.splitlines()
    line = lines[spot.line - 1] if 0 < spot.line <= len(lines) else ""
    if line[: len(line) - len(line.lstrip())].count("\t"):
        return "a tab indents this line; YAML takes spaces only"
    problem = getattr(error, "problem", None) or str(error).split("\n")[0]
    return f"cannot be read as YAML: {shown(problem)}"


class _Open:
    """A mapping or list that is being filled."""

    __slots__ = ("anchor", "before", "is_map", "key", "key_mark", "value")

    def __init__(self, value: Any, anchor: str | None, before: int) -> None:
        self.value, self.anchor, self.before = value, anchor, before
        self.is_map = isinstance(value, Map)
        self.key: str | None = None
        self.key_mark = value.mark


class _Builder:
    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.open: list[_Open] = []
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.nodes = 0
        self.root: Any = None
        self.documents = 0

    def build(self, text: str) -> Any:
        steps: dict[type, Callable[[Any], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._start,
            yaml.SequenceStartEvent: self._start,
            yaml.MappingEndEvent: self._end,
            yaml.SequenceEndEvent: self._end,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
        }
        parser = LOADER(text)
        try:
            while (event := parser.get_event()) is not None:
                if step := steps.get(type(event)):
                    step(event)
        finally:
            parser.dispose()
        return self.root

    def _document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            raise Refused(
                _spot(_mark(event)), "several-documents", "'---' starts a second document; give each its own file"
            )

    def _scalar(self, event: Any) -> None:
        mark, text = _mark(event), event.value
        self._count(event, 1)
        if event.style:
            value = text
            if CONTROL.search(text):
                self.findings.error(_spot(mark), "control-character", f"'{shown(text)}' holds an invisible character")
        else:
            value = self._bare(text, mark)
        if event.anchor:
            self.anchors[event.anchor] = (value, 1)
        self._put(value, mark, text)

    def _bare(self, text: str, mark: int) -> Any:
        try:
            value = value_of(text)
        except (ValueError, OverflowError) as error:
            message = f"'{shown(text)}' is no valid value ({shown(str(error))}); quote it if it is a text"
            self.findings.error(_spot(mark), "value", message)
            return text
        if isinstance(value, bool) and text.casefold() in WORDS_OF_YAML_1_1:
            message = f'YAML reads the bare word {text} as {str(value).lower()}; write "{text}", or true or false'
            self.findings.warn(_spot(mark), "yaml-word", message)
        return value

    def _start(self, event: Any) -> None:
        self._count(event, 1)
        if len(self.open) >= MOST_DEPTH:
            message = f"lies {MOST_DEPTH} levels deep; a contract needs fewer than ten"
            raise Refused(_spot(_mark(event)), "too-deep", message)
        if self.open and self.open[-1].is_map and self.open[-1].key is None:
            raise Refused(_spot(_mark(event)), "key", "a key has to be a text, not a list or a mapping")
        kind = Map if type(event) is yaml.MappingStartEvent else Seq
        self.open.append(_Open(kind(_mark(event)), event.anchor, self.nodes))

    def _end(self, _: Any) -> None:
        done = self.open.pop()
        if done.is_map and "<<" in done.value:
            self._merge(done.value)
        if done.anchor:
            self.anchors[done.anchor] = (done.value, self.nodes - done.before + 1)
        self._put(done.value, done.value.mark, None)

    def _alias(self, event: Any) -> None:
        if event.anchor not in self.anchors:
            message = f"'*{shown(event.anchor)}' names no finished anchor above it"
            raise Refused(_spot(_mark(event)), "alias", message)
        value, size = self.anchors[event.anchor]
        self._count(event, size, tagged=False)
        self._put(value, _mark(event), value if isinstance(value, str) else None)

    def _count(self, event: Any, nodes: int, *, tagged: bool = True) -> None:
        self.nodes += nodes
        if self.nodes > MOST_NODES:
            message = f"holds more than {MOST_NODES:,} values, aliases written out"
            raise Refused(_spot(_mark(event)), "too-large", message)
        if tagged and event.tag:
            message = f"the YAML tag '{shown(event.tag)}' is not read; a contract holds plain values"
            raise Refused(_spot(_mark(event)), "tag", message)

    def _put(self, value: Any, mark: int, text: str | None) -> None:
        if not self.open:
            self.root = value
            return
        into = self.open[-1]
        if not into.is_map:
            into.value.append(value)
            into.value.marks.append(mark)
        elif into.key is None:
            self._key(into, value, mark, text)
        else:
            into.value[into.key] = value
            into.value.key_marks[into.key], into.value.marks[into.key] = into.key_mark, mark
            into.key = None

    def _key(self, into: _Open, value: Any, mark: int, text: str | None) -> None:
        key = text if text is not None else str(value)
        if not isinstance(value, str):
            message = f"the key {shown(key)} is read as {shown(value)}, not as text; quote it"
            self.findings.error(_spot(mark), "key", message)
        if key in into.value:
            message = f"'{shown(key)}' is given twice, first in line {into.value.at(key).line}"
            self.findings.error(_spot(mark), "duplicate-key", message)
        into.key, into.key_mark = key, mark

    def _merge(self, into: Map) -> None:
        given = into.pop("<<")
        for other in given if isinstance(given, Seq) else [given]:
            if not isinstance(other, Map):
                raise Refused(into.at("<<"), "alias", "'<<' takes a mapping, or a list of them")
            for key in other.keys() - into.keys():
                into[key] = other[key]
                into.key_marks[key], into.marks[key] = other.key_marks[key], other.marks[key]


def _mark(event: Any) -> int:
    """Line and column from 0 in one number: a file has thousands of places, and few are ever asked for."""
    line, column = event.start_mark.line, event.start_mark.column
    return int(line * WIDEST + column)


def _spot(mark: int) -> Spot:
    return Spot(mark // WIDEST + 1, mark % WIDEST + 1)
