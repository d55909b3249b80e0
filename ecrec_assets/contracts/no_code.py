"""What a contract may not hold, because a computer would run it: text conditions, suite parameters, SQL, patterns that
run away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ecrec_assets.contracts.engine.compilers.patterns import refused

CONDITIONS = ("row_condition", "condition_parser", "$PARAMETER")
SQL = ("unexpected_rows_query", "base_query", "comparison_query", "comparison_data_source_name")
PATTERNS = ("regex", "regex_list")
OF_JSON_SCHEMA = ("pattern", "patternProperties")


def why_refused(kwargs: Mapping[str, Any]) -> str | None:
    """The first reason why these arguments of a rule may not be used; None when they may."""
    return next(_reasons(kwargs), None)


def _reasons(arguments: Any, inside: str = "") -> Iterator[str]:
    if isinstance(arguments, Mapping):
        for key, value in arguments.items():
            yield from _of_key(str(key), value, inside)
            yield from _reasons(value, inside or str(key))
    elif isinstance(arguments, list | tuple):
        for item in arguments:
            yield from _reasons(item, inside)


def _of_key(key: str, value: Any, inside: str) -> Iterator[str]:
    if inside == "json_schema":
        yield from _of_json_schema(key, value)
    elif key in CONDITIONS:
        yield f"'{key}' is not allowed in a contract: it would be run as code; state conditions under 'where'"
    elif key in SQL:
        yield f"'{key}' is not allowed in a contract: SQL can read and write files; use a rule that states what holds"
    elif key in PATTERNS and not inside:
        for pattern in value if isinstance(value, list | tuple) else [value]:
            if reason := refused(pattern):
                yield f"the pattern '{_brief(pattern)}' cannot be used: {reason}"


def _of_json_schema(key: str, value: Any) -> Iterator[str]:
    """These are matched by Python's `re`, which can take years for one text; a reference may lead to another host."""
    if key in OF_JSON_SCHEMA:
        yield f"the pattern '{_brief(value)}' cannot be used: Python matches it by backtracking, which can run away"
    elif key == "$ref" and not str(value).startswith("#"):
        yield f"'$ref: {_brief(value)}' is not allowed in a contract: it would be fetched; write the schema out"


def _brief(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 200 else f"{text[:200]}…"
