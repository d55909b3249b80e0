"""The file against the JSON schema of the Open Data Contract Standard that its package ships."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from typing import Any

from ecrec_assets.contracts.lint.subject import Subject
from ecrec_assets.contracts.reading.problems import Spot, shown
from ecrec_assets.contracts.reading.tree import Map, Seq, plain

DEEPEST = 3  # of the alternatives the standard allows, how far below the failing one to look for a reason


def check(subject: Subject) -> None:
    """Two things of ours the standard has no word for yet: the dimension `balance`, and folders in a table's name."""
    document = subject.reading.document
    if document is None:
        return
    errors = list(_validator().iter_errors(_in_their_words(plain(document))))
    telling = [error for error in errors if error.validator != "unevaluatedProperties"]  # these follow from others
    for error in telling or errors:
        reason = _reason(error)
        message = f"not valid in the standard: {'.'.join(map(str, reason.absolute_path))}: {shown(reason.message)}"
        subject.findings.warn(_spot(document, list(reason.absolute_path)), "standard", message)


@cache
def _validator() -> Any:
    from jsonschema import Draft201909Validator  # type: ignore[import-untyped]
    from open_data_contract_standard.model import OpenDataContractStandard

    return Draft201909Validator(json.loads(OpenDataContractStandard.json_schema()))


def _in_their_words(document: Any) -> Any:
    if isinstance(document, dict):
        return {key: _word(key, _in_their_words(value)) for key, value in document.items() if value is not None}
    if isinstance(document, list):
        return [_in_their_words(item) for item in document]
    return document.isoformat() if isinstance(document, date) else document


def _word(key: str, value: Any) -> Any:
    if key == "dimension" and value == "balance":
        return "conformity"
    return value.replace("/", "_") if key == "to" and isinstance(value, str) else value


def _reason(error: Any) -> Any:
    """The most telling of nested errors."""
    for _ in range(DEEPEST):
        if not error.context:
            break
        error = max(error.context, key=lambda inner: len(inner.absolute_path))
    return error


def _spot(document: Map, path: list[Any]) -> Spot:
    """The place of the deepest part of a path that the file has."""
    spot, value = Spot(1), document
    for part in path:
        if isinstance(value, Map) and part in value:
            spot, value = value.at(part), value[part]
        elif isinstance(value, Seq) and isinstance(part, int) and part < len(value):
            spot, value = value.value_at(part), value[part]
        else:
            break
    return spot
