"""A rule in the JSON schema: the expectation decides which arguments there are."""

from __future__ import annotations

from typing import Any

from ecrec_assets.contracts.reading import known
from ecrec_assets.contracts.reading.rules import DIMENSIONS, ENGINES, OPERATORS, SEVERITIES

Json = dict[str, Any]
KINDS: Json = {
    "text": {"type": "string"}, "flag": {"type": "boolean"}, "integer": {"type": "integer"},
    "number": {"type": "number"}, "list": {"type": "array"}, "mapping": {"type": "object"}, "any": {},
    "time": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}", "examples": ["2017-01-31T08:00:00"]},
}  # fmt: skip
SCALAR = {"type": ["string", "number", "boolean"]}
NAME = "Names the check everywhere: letters, digits, underscores."
REASON = "Why the rule exists: what goes wrong without it."
BOUNDS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}


def rule_parts(quality: Json) -> Json:
    """`ColumnRule`, `TableRule`, the implementation and the arguments of each expectation, as definitions."""
    index = known.expectations()
    parts = {f"kwargs_{name}": _arguments(entry["arguments"]) for name, entry in index.items()}
    return {
        "ColumnRule": _rule(quality, "ColumnImplementation", index),
        "TableRule": _rule(quality, "TableImplementation", index),
        "ColumnImplementation": _implementation(index, column_is_given=True),
        "TableImplementation": _implementation(index, column_is_given=False),
        "Where": _where(),
        **parts,
    }


def _rule(quality: Json, implementation: str, index: Json) -> Json:
    own = {
        "name": {"type": "string", "pattern": r"^[^\W\d]\w*$", "maxLength": 128, "description": NAME},
        "description": {"type": "string", "minLength": 1, "description": REASON},
        "dimension": {"enum": list(DIMENSIONS), "description": "The side of quality the rule looks at."},
        "severity": {"enum": list(SEVERITIES), "description": "Only a critical rule can hold back a table."},
        "type": {"enum": ["custom"]},
        "engine": {"enum": list(ENGINES)},
        "implementation": {"$ref": f"#/definitions/{implementation}"},
    }  # fmt: skip
    no_rows = [name for name, entry in index.items() if not entry["rows"]]
    quarantine = {"properties": {"property": {"const": "onFail"}, "value": {"const": "quarantine"}}}
    asked = {"implementation": {"properties": {"type": {"enum": no_rows}}, "required": ["type"]}}
    return {
        **quality,
        "properties": {**quality["properties"], **own},
        "required": ["name", "dimension", "severity", "description", "implementation"],
        "if": {"properties": asked, "required": ["implementation"]},
        "then": {"properties": {"customProperties": {"not": {"contains": quarantine}}}},
    }


def _implementation(index: Json, *, column_is_given: bool) -> Json:
    """Under a column the argument `column` is that column; a rule of the table has to name it."""
    described = [{"const": name, "description": entry["about"]} for name, entry in index.items()]
    cases: list[Json] = []
    for name, entry in index.items():
        required = [arg for arg, about in entry["arguments"].items() if about.get("required")]
        needed = [arg for arg in required if arg != "column" or not column_is_given]
        kwargs: Json = {"$ref": f"#/definitions/kwargs_{name}"}
        then: Json = {"properties": {"kwargs": {"allOf": [kwargs, {"required": needed}]} if needed else kwargs}}
        cases.append(
            {"if": {"properties": {"type": {"const": name}}, "required": ["type"]}, "then": then | _ask(needed)}
        )
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["type"],
        "properties": {
            "type": {"type": "string", "anyOf": described},
            "kwargs": {"type": "object"},
            "where": {"$ref": "#/definitions/Where"},
        },
        "allOf": cases,
    }


def _ask(needed: list[str]) -> Json:
    return {"required": ["kwargs"]} if needed else {}


def _arguments(arguments: Json) -> Json:
    properties = {name: _argument(argument) for name, argument in arguments.items()}
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _argument(argument: Json) -> Json:
    if "choices" in argument:
        return {"enum": argument["choices"]}
    kinds = [dict(KINDS[kind]) for kind in argument["kinds"]]
    for kind in kinds:
        if kind.get("type") in ("number", "integer"):
            kind |= {BOUNDS[bound]: argument[bound] for bound in BOUNDS if bound in argument}
        if kind.get("type") == "array" and "of" in argument:
            items = [KINDS[each] for each in argument["of"]]
            kind["items"] = items[0] if len(items) == 1 else {"anyOf": items}
    if not argument.get("required"):
        kinds.append({"type": "null"})
    return kinds[0] if len(kinds) == 1 else {"anyOf": kinds}


def _if_operator(operators: list[str], then: Json) -> Json:
    return {"if": {"properties": {"operator": {"enum": operators}}, "required": ["operator"]}, "then": then}


def _ask_value() -> Json:
    return {"required": ["value"]}


def _where() -> Json:
    condition = {
        "type": "object",
        "additionalProperties": False,
        "required": ["column", "operator"],
        "properties": {"column": {"type": "string"}, "operator": {"enum": list(OPERATORS)}, "value": {}},
        "allOf": [
            _if_operator(["in", "not in"], {"properties": {"value": {"type": "array", "minItems": 1}}, **_ask_value()}),
            _if_operator(["is null", "is not null"], {"properties": {"value": {"type": "null"}}}),
            _if_operator(["==", "!=", "<", "<=", ">", ">="], {"properties": {"value": SCALAR}, **_ask_value()}),
        ],
    }
    says = "Rows the rule is asked of: {column: value}, or a list of conditions that all hold."
    return {"description": says, "anyOf": [{"type": "object"}, {"type": "array", "items": condition}]}
