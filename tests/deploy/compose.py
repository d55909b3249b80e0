"""docker-compose.yml as Compose reads it: variables put in, merge keys resolved."""

import re
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).parents[2]
FILE = PROJECT / "docker-compose.yml"
VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?::\?(?P<message>[^}]*))?\}")


class MissingVariable(KeyError):
    """A variable that must be set is not."""


def load(environment: dict[str, str]) -> dict[str, Any]:
    """The file with the variables of `environment`. Raises MissingVariable with the file's own message."""

    def value(match: re.Match[str]) -> str:
        if not environment.get(match["name"]):
            raise MissingVariable(f"required variable {match['name']} is missing a value: {match['message']}")
        return environment[match["name"]]

    return _interpolated(yaml.safe_load(FILE.read_text(encoding="utf-8")), value)


def _interpolated(node: Any, value: Any) -> Any:
    if isinstance(node, dict):
        return {key: _interpolated(item, value) for key, item in node.items()}
    if isinstance(node, list):
        return [_interpolated(item, value) for item in node]
    return VARIABLE.sub(value, node) if isinstance(node, str) else node
