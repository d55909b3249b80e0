"""The standard's objects, with what ecrec asks of them beyond the standard."""

from __future__ import annotations

from typing import Any

from ecrec_assets.contracts.lint.metadata import SEMVER, STATUS
from ecrec_assets.contracts.lint.types import LOGICAL
from ecrec_assets.contracts.model import DTYPES
from ecrec_assets.contracts.reading import known
from ecrec_assets.contracts.reading.document import HOURS, MOST_AGE
from ecrec_assets.contracts.reading.fields import ROOT
from ecrec_assets.contracts.schema.descriptions import description
from ecrec_assets.contracts.schema.rules import rule_parts

Json = dict[str, Any]
SIMPLE: Json = {
    "text": {"type": "string"}, "flag": {"type": "boolean"}, "integer": {"type": "integer"},
    "number": {"type": "number"}, "mapping": {"type": "object"}, "any": {},
}  # fmt: skip
REQUIRED = {
    ROOT: ["apiVersion", "kind", "id", "version", "schema"],
    "SchemaObject": ["name", "properties"],
    "SchemaProperty": ["name", "physicalType"],
    "Relationship": ["to"],
    "EnumValue": ["value"],
    "CustomProperty": ["property", "value"],
    "ServiceLevelAgreementProperty": ["property"],
}
OWN: dict[str, Json] = {
    ROOT: {
        "kind": {"const": "DataContract"},
        "apiVersion": {"enum": ["v3.1.0"]},
        "version": {"type": "string", "pattern": f"^{SEMVER.pattern}$", "examples": ["1.0.0"]},
        "status": {"enum": list(STATUS)},
        "schema": {"type": "array", "minItems": 1, "maxItems": 1, "items": {"$ref": "#/definitions/SchemaObject"}},
    },
    "SchemaObject": {
        "properties": {"type": "array", "minItems": 1, "items": {"$ref": "#/definitions/SchemaProperty"}},
        "quality": {"type": "array", "items": {"$ref": "#/definitions/TableRule"}},
    },
    "SchemaProperty": {
        "physicalType": {"enum": list(DTYPES)},
        "logicalType": {"enum": list(LOGICAL)},
        "classification": {"type": "string", "examples": ["public", "pseudonymous", "personal"]},
        "enum": {"type": "array", "minItems": 1, "items": {"$ref": "#/definitions/EnumValue"}},
        "quality": {"type": "array", "items": {"$ref": "#/definitions/ColumnRule"}},
    },
    "Relationship": {
        "to": {
            "type": "string",
            "pattern": r"^[A-Za-z0-9_][A-Za-z0-9_/-]*\.[^.]+$",
            "examples": ["raw/products.product_id"],
        }
    },
}


def document() -> Json:
    """The whole schema; only objects that a contract can reach are in it."""
    names = sorted(known.kinds() - {ROOT, "DataQuality"})
    definitions = {name: _object(name) for name in names} | rule_parts(_object("DataQuality"))
    _customised(definitions)
    definitions["ServiceLevelAgreementProperty"]["allOf"] = [_freshness()]
    root = _object(ROOT)
    root["properties"]["customProperties"] = _custom(
        "quarantineLimit", {"type": "number", "minimum": 0, "maximum": 1}, ("owner", "quarantineLimit")
    )
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "title": "ecrec data contract"}
    return {**head, **root, "definitions": definitions}


def _object(kind: str) -> Json:
    fields = known.fields(kind)
    properties = {name: _described(kind, name, OWN.get(kind, {}).get(name) or _kind(of)) for name, of in fields.items()}
    required = {"required": REQUIRED[kind]} if kind in REQUIRED else {}
    return {"type": "object", "additionalProperties": False, **required, "properties": properties}


def _described(kind: str, name: str, schema: Json) -> Json:
    found = description(kind, name)
    return {"description": found, **schema} if found and "$ref" not in schema else schema


def _kind(kind: str) -> Json:
    if kind.startswith("["):
        return {"type": "array", "items": _kind(kind[1:-1])}
    options = kind.split("|")
    if len(options) > 1:
        return {"anyOf": [_kind(option) for option in options]}
    return dict(SIMPLE[kind]) if kind in SIMPLE else {"$ref": f"#/definitions/{kind}"}


def _customised(definitions: Json) -> None:
    """Which custom properties ecrec reads where, so that an editor offers them."""
    for name in ("ColumnRule", "TableRule"):
        on_fail = {"enum": ["quarantine", "block", "warn"]}
        definitions[name]["properties"]["customProperties"] = _custom("onFail", on_fail, ("onFail",))
    definitions["SchemaProperty"]["properties"]["customProperties"] = _custom("unit", {"type": "string"}, ("unit",))
    times = {"type": "string", "examples": ["2018-01-01T05:00:00"]}
    definitions["ServiceLevelAgreementProperty"]["properties"]["customProperties"] = _custom("asOf", times, ("asOf",))


def _custom(name: str, value: Json, offered: tuple[str, ...]) -> Json:
    """A list of custom properties of which `name` has a value of its own kind; others are the author's."""
    choice = {"anyOf": [{"enum": list(offered)}, {"type": "string"}]}
    return {
        "type": "array",
        "items": {
            "allOf": [
                {"$ref": "#/definitions/CustomProperty"},
                {
                    "if": {"properties": {"property": {"const": name}}, "required": ["property"]},
                    "then": {"properties": {"value": value}},
                },
                {"properties": {"property": choice}},
            ]
        },
    }


def _freshness() -> Json:
    values = {
        "value": {"type": "number", "exclusiveMinimum": 0, "maximum": MOST_AGE},
        "unit": {"enum": list(HOURS)},
        "element": {"type": "string", "pattern": r".+\..+", "examples": ["transactions.transaction_timestamp"]},
    }
    asked = {"properties": {"property": {"const": "freshness"}}, "required": ["property"]}
    return {"if": asked, "then": {"properties": values, "required": ["value", "element"]}}
