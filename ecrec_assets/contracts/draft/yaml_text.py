"""A draft as the text of a contract file, in the form the files under `expectations/` have."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import polars as pl
import yaml

from ecrec_assets.contracts.draft import wording
from ecrec_assets.contracts.draft.finding import ColumnDraft, Draft, Finding
from ecrec_assets.contracts.model import DTYPES

WIDTH = 120
TYPE_NAMES = {dtype: name for name, dtype in DTYPES.items()}
HEAD = """\
# {drafted}
# Under 'evidence' every rule says what it was seen in. A rule that some row breaks today only warns: read those first,
# and set onFail to quarantine where the rows are wrong. Then say why each rule exists, in your own words.
"""


def to_yaml(draft: Draft) -> str:
    """The whole file. It loads as a contract and says nothing that was not found."""
    return HEAD.format(drafted=_drafted(draft)) + "\n".join([*_top(draft), *_schema(draft), *_sla(draft)]) + "\n"


def _drafted(draft: Draft) -> str:
    source = " ".join(draft.source.split()) or "a table"
    return f"Drafted by 'ecrec contract draft' from {source}: {draft.rows:,} rows."


def _top(draft: Draft) -> Iterator[str]:
    yield "apiVersion: v3.1.0"
    yield "kind: DataContract"
    yield f"id: {_line(draft.key.replace('/', '-').replace('_', '-'))}"
    yield "version: 0.1.0"
    yield "status: draft"
    yield "description:"
    yield from _text("purpose", _purpose(draft), 2)
    yield "customProperties:"
    yield f"  - {_flow({'property': 'quarantineLimit', 'value': draft.quarantine_limit})}"


def _purpose(draft: Draft) -> str:
    key = [column.name for column in sorted(draft.columns, key=lambda c: c.key_position or 0) if column.key_position]
    one = f"One row for {wording.a(_listed(key))}." if key else "No column or few columns together name one row."
    return f"{one} Say here what the table is for."


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _schema(draft: Draft) -> Iterator[str]:
    yield "schema:"
    yield f"  - name: {_line(draft.key.rpartition('/')[2])}"
    yield "    properties:"
    for column in draft.columns:
        yield from _column(column)
    for left_out in draft.left_out:
        yield f"      # {' '.join(left_out.split())} is of a type a contract cannot name"
    if draft.rules:
        yield "    quality:"
        for rule in draft.rules:
            yield from _rule(rule, 6)


def _column(column: ColumnDraft) -> Iterator[str]:
    short = dict(_facts(column))
    line = f"      - {_flow(short)}"
    if not (column.rules or column.values or column.target) and len(line) <= WIDTH:
        yield line
        return
    first = "- "
    for name, value in short.items():
        if name in ("description", "customProperties"):
            continue
        yield f"      {first}{name}: {_line(value)}"
        first = "  "
    yield from _text("description", column.description, 8)
    if column.target:
        to = f"{column.target.table}.{column.target.column}"
        yield f"        relationships: [{_flow({'type': 'foreignKey', 'to': to})}]"
    if column.values:
        yield from _wrapped("enum", [_flow({"value": value}) for value in column.values], 8)
    if column.found:
        yield from _properties({"evidence": column.found}, 8)
    if column.rules:
        yield "        quality:"
        for rule in column.rules:
            yield from _rule(rule, 10)


def _facts(column: ColumnDraft) -> Iterator[tuple[str, Any]]:
    yield "name", column.name
    yield "logicalType", _logical(column.dtype)
    yield "physicalType", TYPE_NAMES[column.dtype]
    if column.required:
        yield "required", True
    if column.key_position:
        yield "primaryKey", True
        yield "primaryKeyPosition", column.key_position
    if column.classification:
        yield "classification", column.classification
    yield "description", column.description
    if column.found:
        yield "customProperties", [{"property": "evidence", "value": column.found}]


def _logical(dtype: pl.DataType) -> str:
    if dtype.is_integer():
        return "integer"
    if dtype.is_float():
        return "number"
    if isinstance(dtype, pl.List):
        return "array"
    return {pl.Boolean: "boolean", pl.Date: "date", pl.Datetime: "timestamp"}.get(dtype.base_type(), "string")


def _rule(rule: Finding, indent: int) -> Iterator[str]:
    space = " " * (indent + 2)
    yield f"{' ' * indent}- name: {_line(rule.name)}"
    yield f"{space}type: custom"
    yield f"{space}engine: greatExpectations"
    yield f"{space}dimension: {rule.dimension}"
    yield f"{space}severity: {rule.severity}"
    yield from _text("description", rule.reason, indent + 2)
    yield from _implementation(rule, indent + 2)
    yield from _properties({"onFail": rule.on_fail, "evidence": rule.evidence}, indent + 2)


def _implementation(rule: Finding, indent: int) -> Iterator[str]:
    space = " " * indent
    whole: dict[str, Any] = {"type": rule.expectation, "kwargs": dict(rule.kwargs)}
    if rule.where:
        whole["where"] = [dict(condition) for condition in rule.where]
    line = f"{space}implementation: {_flow(whole)}"
    if len(line) <= WIDTH:
        yield line
        return
    yield f"{space}implementation:"
    yield f"{space}  type: {rule.expectation}"
    kwargs = f"{space}  kwargs: {_flow(rule.kwargs)}"
    if len(kwargs) <= WIDTH:
        yield kwargs
    else:
        yield f"{space}  kwargs:"
        for name, value in rule.kwargs.items():
            if isinstance(value, list):
                yield from _wrapped(name, [_scalar(item) for item in value], indent + 4)
            else:
                yield f"{space}    {name}: {_line(value) if isinstance(value, str) else _flow(value)}"
    if rule.where:
        yield f"{space}  where: {_flow(whole['where'])}"


def _properties(values: Mapping[str, Any], indent: int) -> Iterator[str]:
    items = [_flow({"property": name, "value": value}) for name, value in values.items()]
    line = f"{' ' * indent}customProperties: [{', '.join(items)}]"
    if len(line) <= WIDTH:
        yield line
        return
    yield f"{' ' * indent}customProperties:"
    for item, (name, value) in zip(items, values.items(), strict=True):
        if indent + 4 + len(item) <= WIDTH:
            yield f"{' ' * indent}  - {item}"
        else:
            yield f"{' ' * indent}  - property: {name}"
            yield from _text("value", value, indent + 4)


def _sla(draft: Draft) -> Iterator[str]:
    if draft.sla is None:
        return
    hours = draft.sla.hours
    yield "slaProperties:"
    yield "  - property: freshness"
    yield f"    value: {hours}"
    yield "    unit: h"
    yield f"    element: {_line(draft.key.rpartition('/')[2] + '.' + draft.sla.column)}"
    as_of = {"asOf": draft.sla.as_of} if draft.sla.as_of else {}
    yield from _properties({**as_of, "evidence": draft.sla.evidence}, 4)


def _text(name: str, text: str, indent: int) -> Iterator[str]:
    """On one line where it fits, else folded."""
    line = f"{' ' * indent}{name}: {_line(text)}"
    if len(line) <= WIDTH or "\n" in text or text != " ".join(text.split()):
        yield line
        return
    yield f"{' ' * indent}{name}: >-"
    yield from (f"{' ' * (indent + 2)}{part}" for part in _lines(text, WIDTH - indent - 2))


def _lines(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)


def _wrapped(name: str, items: Iterable[str], indent: int) -> Iterator[str]:
    """A flow list over as many lines as it needs."""
    lines, current = [], f"{' ' * indent}{name}: ["
    for place, item in enumerate(items):
        added = item if place == 0 else f", {item}"
        if len(current) + len(added) > WIDTH - 1 and place:
            lines.append(f"{current},")
            current = f"{' ' * (indent + 2)}{item}"
        else:
            current += added
    yield from [*lines, f"{current}]"]


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(name)}: {_flow(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    """One value inside brackets, on one line, quoted where YAML would read it as something else."""
    dumped = yaml.safe_dump([_short(value)], default_flow_style=True, allow_unicode=True, width=float("inf"))
    return dumped.strip().removeprefix("[").removesuffix("]")


def _line(value: Any) -> str:
    """One value behind a name on a line of its own, where a comma needs no quotes."""
    dumped: str = yaml.safe_dump({"x": _short(value)}, allow_unicode=True, width=float("inf"))
    return dumped.strip().removeprefix("x:").strip()


def _short(value: Any) -> Any:
    """`9.0` is written 9; a float too large to be exact stays one."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value
