"""Bare words of YAML 1.1 as values, as PyYAML reads them: numbers, booleans, null, dates, else text."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import yaml
from yaml.constructor import SafeConstructor

RESOLVERS = yaml.SafeLoader.yaml_implicit_resolvers
CONSTRUCTOR = SafeConstructor()
CONSTRUCT = {
    "tag:yaml.org,2002:bool": CONSTRUCTOR.construct_yaml_bool,
    "tag:yaml.org,2002:int": CONSTRUCTOR.construct_yaml_int,
    "tag:yaml.org,2002:float": CONSTRUCTOR.construct_yaml_float,
    "tag:yaml.org,2002:null": CONSTRUCTOR.construct_yaml_null,
    "tag:yaml.org,2002:timestamp": CONSTRUCTOR.construct_yaml_timestamp,
}
WORDS_OF_YAML_1_1 = {"yes", "no", "on", "off", "y", "n"}  # read as booleans, though most authors mean the words
MOST_CACHED = 64
LARGEST = 10**30


def value_of(text: str) -> Any:
    """ValueError for what looks like a date or a number and is none, such as 2017-02-30."""
    return _cached(text) if len(text) <= MOST_CACHED else _value(text)


def _value(text: str) -> Any:
    for tag, pattern in RESOLVERS.get(text[:1], ()):
        if tag in CONSTRUCT and pattern.match(text):
            return _bearable(CONSTRUCT[tag](yaml.ScalarNode(tag, text)))
    return text


def _bearable(value: Any) -> Any:
    if isinstance(value, int) and abs(value) > LARGEST:
        raise ValueError("the number is too large")
    return value


_cached = lru_cache(maxsize=4096)(_value)
