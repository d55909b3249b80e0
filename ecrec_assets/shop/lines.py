"""A YAML text as plain values, with the line of every key: nothing is run, nothing expands."""

from __future__ import annotations

from typing import Any, NamedTuple

import yaml

MOST_BYTES = 1_000_000
Place = tuple[str | int, ...]


class PlainLoader(yaml.SafeLoader):
    """Dates stay text, so that a wrong one is told with its place."""


PlainLoader.yaml_implicit_resolvers = {
    sign: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
    for sign, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class Located(NamedTuple):
    """Values, and the line each key or list entry stands in, counted from 1."""

    values: Any
    lines: dict[Place, int]

    def line(self, place: Place) -> int:
        """The line of a place, or of the nearest one around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


class BadYaml(ValueError):
    """Not plain YAML; `line` is where."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line


def read_located(text: str) -> Located:
    """BadYaml for a syntax error, a tag, an anchor, a key given twice, or more than a megabyte."""
    if len(text.encode()) > MOST_BYTES:
        raise BadYaml(1, f"the file has more than {MOST_BYTES:,} bytes")
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if getattr(event, "anchor", None):
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise BadYaml(line, "anchors and aliases (& and *) are not accepted; repeat the value")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        lines: dict[Place, int] = {}
        if node is not None:
            _walk(node, (), lines)
        return Located(yaml.load(text, Loader=PlainLoader), lines)  # noqa: S506 (a SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = " ".join(part for part in (error.context, error.problem) if part)
        raise BadYaml(mark.line + 1 if mark else 1, what) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise error if isinstance(error, BadYaml) else BadYaml(1, str(error).split("\n")[0]) from error


def _walk(node: yaml.Node, place: Place, lines: dict[Place, int]) -> None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*place, str(key.value))
            if inner in lines:
                raise BadYaml(key.start_mark.line + 1, f"the key '{key.value}' is given twice")
            lines[inner] = key.start_mark.line + 1
            _walk(value, inner, lines)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            lines[(*place, number)] = value.start_mark.line + 1
            _walk(value, (*place, number), lines)
