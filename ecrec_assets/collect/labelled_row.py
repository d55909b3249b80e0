"""One labelled query from a record: its id, text, words and tags, or what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

USUAL = {
    "id": ("query_id", "example_id", "id", "qid"),
    "text": ("text", "query", "query_text", "sentence"),
    "tokens": ("tokens", "words"),
    "tags": ("tags", "labels", "ner_tags", "bio_tags", "bio", "iob"),
}
SHOWN = 40


class Wrong(ValueError):
    """A record that is no labelled query; the message goes on behind `line 7`."""


class LabelledRow(NamedTuple):
    """`id` and `text` may be missing; `tokens` may be None where only tags were asked for."""

    id: str | None
    text: str | None
    tokens: list[str] | None
    tags: list[str]


def row_of(record: Mapping[str, Any], columns: Mapping[str, str], *, words: bool = True) -> LabelledRow:
    """`columns` names fields by part (id, text, tokens, tags); others go by their usual names.

    Words and tags are lists of texts, or a text with blanks between them. With `words` the record has to have words or
    a text. Raises Wrong.
    """
    names = {part: _field(part, record, columns) for part in USUAL}
    if names["tags"] is None:
        raise Wrong(f"has no tags: none of {', '.join(USUAL['tags'])} is there{_there_are(record)}")
    text = _text(record.get(names["text"] or ""), names["text"])
    tokens = None
    if (name := names["tokens"] or names["text"]) is not None:
        tokens = _texts(record[name], name)
        if empty := next((place for place, word in enumerate(tokens, start=1) if not word.strip()), None):
            raise Wrong(f"has an empty word at place {empty} of '{name}'")
    elif words:
        raise Wrong(f"has neither words nor a text{_there_are(record)}")
    return LabelledRow(_id(record.get(names["id"] or "")), text, tokens, _texts(record[names["tags"]], names["tags"]))


def _field(part: str, record: Mapping[str, Any], columns: Mapping[str, str]) -> str | None:
    if part in columns:
        if columns[part] not in record:
            raise Wrong(f"has no '{columns[part]}', which ecrec.yaml names for the {part}{_there_are(record)}")
        return columns[part]
    return next((name for name in USUAL[part] if name in record), None)


def _there_are(record: Mapping[str, Any]) -> str:
    names = [str(name)[:SHOWN] for name in record][:12]
    return f"; there are {', '.join(names)}" if names else "; it is empty"


def _id(value: object) -> str | None:
    if value is None or isinstance(value, bool | dict | list):
        return None
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return _whole(text, "the id")


def _text(value: object, name: str | None) -> str | None:
    if value is not None and not isinstance(value, str):
        raise Wrong(f"has {_shown(value)} for '{name}', which is no text")
    return None if value is None else _whole(value, f"'{name}'")


def _texts(value: Any, name: str) -> list[str]:
    """A list of texts as it is; a text at its blanks, unless it is written as a list."""
    if isinstance(value, str):
        value = (
            _written_list(value) if value.lstrip().startswith("[") and value.rstrip().endswith("]") else value.split()
        )
    if value is None:
        raise Wrong(f"has nothing for '{name}'")
    if not isinstance(value, list):
        raise Wrong(f"has {_shown(value)} for '{name}'; it has to be a list of texts")
    for place, item in enumerate(value, start=1):
        if not isinstance(item, str):
            hint = "; write the names of the labels, not their numbers" if isinstance(item, int) else ""
            raise Wrong(f"has {_shown(item)} at place {place} of '{name}', which is no text{hint}")
        _whole(item, f"place {place} of '{name}'")
    return value


def _written_list(text: str) -> Any:
    """`["B-x", "O"]`, or `['B-x' 'O']` as pandas writes it; a query such as [sale] stays words."""
    for form in (text, text.replace("' '", "','").replace("'", '"')):
        try:
            return json.loads(form)
        except (ValueError, RecursionError):
            continue
    return text.split()


def _whole(text: str, what: str) -> str:
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise Wrong(f"has half a character (a lone surrogate) in {what}; write the whole character")
    return text


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=True, default=str)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
