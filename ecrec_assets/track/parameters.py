"""Parameters of a run: short ones as MLflow parameters, all of them whole in one JSON artifact."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

LONGEST_VALUE = 6_000  # characters; MLflow cuts longer ones without a word
FILE = "parameters.json"


def flat(parameters: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Nested mappings as dotted names; a value too long for MLflow is replaced by where it can be read."""
    for name, value in parameters.items():
        if isinstance(value, Mapping) and value:
            yield from flat(value, f"{prefix}{name}.")
        else:
            text = value if isinstance(value, str) else as_json(value, indent=None)
            yield f"{prefix}{name}", text if len(text) <= LONGEST_VALUE else f"see {FILE}"


def as_json(value: object, indent: int | None = 2) -> str:
    """JSON text; what JSON does not know (paths, dates, dtypes) is written as its string."""
    return json.dumps(value, ensure_ascii=False, indent=indent, default=_plain)


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else str(value)
