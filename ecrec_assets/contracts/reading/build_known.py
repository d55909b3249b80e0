"""Writes `known.json`: `python -m ecrec_assets.contracts.reading.build_known`, after an expectation was added.

The names that contracts are checked against at load, so that loading needs neither Great Expectations nor pydantic.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from ecrec_assets.contracts.reading.known import FILE

ABOUT = frozenset(
    {"id", "meta", "notes", "result_format", "description", "catch_exceptions", "rendered_content", "severity"}
    | {"windows", "batch_id", "row_condition", "condition_parser", "library_metadata"}
)
SQL = ("expect_query_results_to_match_comparison", "expect_table_row_count_to_equal_other_table")
KINDS: dict[Any, str] = {
    str: "text", bool: "flag", int: "integer", float: "number", date: "time", datetime: "time", dict: "mapping",
    list: "list", tuple: "list", set: "list", Any: "any",
}  # fmt: skip


def known() -> dict[str, Any]:
    """Every expectation with its arguments, and every field of the Open Data Contract Standard with its kind."""
    return {"expectations": dict(_expectations()), "fields": dict(_fields())}


def text() -> str:
    """The file: one expectation or object a line, so that a change reads well."""
    parts = []
    for section, entries in known().items():
        rows = ",\n".join(f"  {json.dumps(name)}: {json.dumps(entry)}" for name, entry in entries.items())
        parts.append(f"{json.dumps(section)}: {{\n{rows}\n}}")
    return "{" + ",\n".join(parts) + "}\n"


def _expectations() -> Iterator[tuple[str, Any]]:
    from great_expectations.expectations import core  # noqa: F401  (registers those of Great Expectations)
    from great_expectations.expectations.registry import (
        get_expectation_impl,
        list_registered_expectation_implementations,
    )

    from ecrec_assets.contracts import expectations  # noqa: F401  (registers ours)
    from ecrec_assets.contracts.engine.compilers.rows import ROW_METRICS

    for name in sorted(list_registered_expectation_implementations()):
        kind = get_expectation_impl(name)
        ours = kind.__module__.startswith("ecrec_assets.")
        theirs = kind.__module__.startswith("great_expectations.expectations.core.")
        if name.startswith("expect_") and name not in SQL and (ours or theirs):
            arguments = {arg: _argument(field) for arg, field in kind.__fields__.items() if arg not in ABOUT}
            rows = getattr(kind, "map_metric", None) in ROW_METRICS
            yield name, {"about": _about(kind), "rows": rows, "arguments": arguments}


def _about(kind: Any) -> str:
    """The first sentence of the class, in plain text."""
    paragraph = (kind.__doc__ or "").strip().split("\n\n")[0]
    return " ".join(paragraph.replace("`", "").split()).split(". ")[0].rstrip(".") + "."


def _argument(field: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"kinds": []}
    for part in _parts(field.outer_type_):
        _describe(part, found)
    if field.required:
        found["required"] = True
    found["kinds"] = sorted(set(found["kinds"])) or ["any"]
    return found


def _parts(annotation: Any) -> Iterator[Any]:
    """The members of a union; a mapping beside others is a suite parameter, which a contract may not hold."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _parts(get_args(annotation)[0])
    elif origin in (Union, UnionType):
        members = [part for part in get_args(annotation) if part is not NoneType]
        for part in members:
            if part is not dict or len(members) == 1:
                yield from _parts(part)
    else:
        yield annotation


def _describe(part: Any, found: dict[str, Any]) -> None:
    origin = get_origin(part)
    if origin is Literal:
        found["kinds"].append("text")
        found["choices"] = list(get_args(part))
    elif origin in (list, tuple, set) or str(origin) == "<class 'collections.abc.Sequence'>":
        found["kinds"].append("list")
        members = {KINDS[each] for arg in get_args(part) for each in _parts(arg) if each in KINDS and each is not Any}
        if any(isinstance(arg, type) and issubclass(arg, str) for arg in get_args(part)):
            members = {"text"}
        if members:
            found["of"] = sorted(members)
    elif isinstance(part, type) and issubclass(part, float) and part is not float:
        found["kinds"].append("number")
        found |= {name: getattr(part, name) for name in ("ge", "gt", "le", "lt") if getattr(part, name) is not None}
    else:
        found["kinds"].append(_kind(part))


def _kind(part: Any) -> str:
    if get_origin(part) is dict:
        return "mapping"
    if not isinstance(part, type):
        return KINDS.get(part, "any")
    if issubclass(part, bool):
        return "flag"
    return next((KINDS[base] for base in part.__mro__ if base in KINDS), "mapping")


def _fields() -> Iterator[tuple[str, dict[str, str]]]:
    """Objects of the standard by name; a field's kind is `text`, `[text]`, `SchemaProperty`, `[SchemaProperty]`, ..."""
    from open_data_contract_standard.model import OpenDataContractStandard

    waiting, seen = [OpenDataContractStandard], set[str]()
    while waiting:
        model = waiting.pop(0)
        if model.__name__ in seen:
            continue
        seen.add(model.__name__)
        fields = {}
        for name, field in model.model_fields.items():
            fields[field.alias or name] = _field(field.annotation)
            waiting += _models(field.annotation)
        yield model.__name__, fields


def _field(annotation: Any) -> str:
    parts = [part for part in _members(annotation) if part is not NoneType]
    kinds = []
    for part in parts:
        if get_origin(part) is list:
            kinds.append(f"[{_field(get_args(part)[0])}]")
        elif get_origin(part) is dict:
            kinds.append("mapping")
        else:
            kinds.append(KINDS.get(part) or getattr(part, "__name__", None) or part.__forward_arg__)
    return "|".join(kinds)


def _members(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)


def _models(annotation: Any) -> Iterator[Any]:
    for part in _members(annotation):
        if get_origin(part) is list:
            yield from _models(get_args(part)[0])
        elif hasattr(part, "model_fields"):
            yield part


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
    sys.stdout.write(f"{FILE}\n")
