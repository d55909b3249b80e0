"""What the standard says of each of its fields, for the hover of an editor."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from ecrec_assets.contracts.reading.fields import ROOT

THEIR_NAMES = {
    "SchemaProperty": ("SchemaBaseProperty", "SchemaProperty", "SchemaElement"),
    "SchemaObject": ("SchemaObject", "SchemaElement"),
    "Relationship": ("RelationshipBase", "RelationshipPropertyLevel"),
    "DataQuality": ("DataQuality", "DataQualityCustom", "DataQualitySql", "DataQualityLibrary"),
}
LONGEST = 200


def description(kind: str, field: str) -> str:
    """The first sentence; empty where the standard says nothing."""
    schema = _schema()
    for name in THEIR_NAMES.get(kind, (kind,)):
        part = schema if kind == ROOT else schema["$defs"].get(name, {})
        found = part.get("properties", {}).get(field, {}).get("description")
        if found:
            return str(found).split(". ")[0][:LONGEST]
    return ""


@cache
def _schema() -> dict[str, Any]:
    from open_data_contract_standard.model import OpenDataContractStandard

    found: dict[str, Any] = json.loads(OpenDataContractStandard.json_schema())
    return found
