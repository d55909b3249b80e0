"""Records of labelled queries from a file: JSON lines, CoNLL (a word and its tag a line), CSV or Parquet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ecrec_assets.collect.errors import CollectError
from ecrec_assets.collect.text_lines import text_lines

JSON_LINES = (".jsonl", ".ndjson", ".json", ".jsonl.gz", ".ndjson.gz", ".json.gz")
CONLL = (".conll", ".bio", ".iob", ".iob2", ".conll.gz", ".bio.gz", ".iob.gz", ".iob2.gz")
TABLES = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".parquet", ".pq")
DOCUMENT = "-DOCSTART-"


class Record(NamedTuple):
    """One query as it stands in the file: the line (or row) it begins in, its fields, or why it has none."""

    line: int
    fields: dict[str, Any]
    wrong: str = ""


def files_of(pattern: Path) -> list[Path]:
    """The file, or all that match a pattern. CollectError when there is none, or one of an unknown kind."""
    signs = any(sign in pattern.name for sign in "*?[")
    files = sorted(path for path in pattern.parent.glob(pattern.name) if path.is_file()) if signs else [pattern]
    if not files:
        raise CollectError(pattern, "matches no file", "Check the pattern.")
    known = (*JSON_LINES, *CONLL, *TABLES)
    for path in files:
        if not path.is_file():
            raise CollectError(path, "does not exist" if not path.exists() else "is a folder", "Name the file.")
        if not path.name.lower().endswith(known):
            raise CollectError(path, "is of no kind that is read", f"Its name must end in {', '.join(known)}.")
    return files


def records(path: Path) -> Iterator[Record]:
    """The queries of one file, in its order; blank lines are none. CollectError for a file that cannot be read."""
    name = path.name.lower()
    if name.endswith(JSON_LINES):
        return _json_lines(path)
    return _conll(path) if name.endswith(CONLL) else _table(path)


def _json_lines(path: Path) -> Iterator[Record]:
    for number, text, wrong in text_lines(path):
        if wrong or not text.strip():
            yield from (Record(number, {}, wrong) for _ in [0] if wrong)
            continue
        try:
            value = json.loads(text)
        except json.JSONDecodeError as error:
            _refuse_array(path, number, text)
            yield Record(number, {}, f"is not JSON: {error.msg} (character {error.pos + 1:,})")
        except (RecursionError, ValueError):
            yield Record(number, {}, "is not JSON that can be read: it is nested too deep or holds an endless number")
        else:
            _refuse_array(path, number, text)
            yield Record(number, value) if isinstance(value, dict) else Record(number, {}, _no_object(value))


def _refuse_array(path: Path, number: int, text: str) -> None:
    if number == 1 and text.lstrip().startswith("["):
        way_out = f"Write one object a line: jq -c '.[]' {path.name} > {path.name.split('.')[0]}.jsonl"
        raise CollectError(path, "is one JSON list, not an object a line", way_out)


def _no_object(value: object) -> str:
    kind = {str: "a text", list: "a list", bool: "true or false", type(None): "null"}.get(type(value), "a number")
    return f'is {kind}; each line is an object such as {{"tokens": […], "labels": […]}}'


def _conll(path: Path) -> Iterator[Record]:
    begun, words, tags, wrong = 0, list[str](), list[str](), ""
    for number, text, unreadable in text_lines(path):
        parts = text.split()
        if not parts and not unreadable:
            yield from _sentence(begun, words, tags, wrong)
            begun, words, tags, wrong = 0, [], [], ""
        elif not parts or parts[0] not in (DOCUMENT, "#"):
            begun = begun or number
            words, tags = [*words, parts[0] if parts else ""], [*tags, parts[-1] if parts else ""]
            wrong = wrong or unreadable or ("" if len(parts) > 1 else f"has a word and no tag in line {number}")
    yield from _sentence(begun, words, tags, wrong)


def _sentence(begun: int, words: list[str], tags: list[str], wrong: str) -> Iterator[Record]:
    if begun:
        yield Record(begun, {} if wrong else {"tokens": words, "tags": tags}, wrong)


def _table(path: Path) -> Iterator[Record]:
    from ecrec_assets.collect.location import scan

    rows = scan(str(path)).collect().iter_rows(named=True)
    return (Record(number, row) for number, row in enumerate(rows, start=1))
