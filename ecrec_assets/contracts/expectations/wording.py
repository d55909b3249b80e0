"""The sentence an expectation of ours shows on a Data Docs page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from great_expectations.expectations.expectation import render_suite_parameter_string
from great_expectations.render import (
    LegacyDiagnosticRendererType,
    LegacyRendererType,
    RenderedStringTemplateContent,
)
from great_expectations.render.renderer.renderer import renderer
from great_expectations.render.util import num_to_str, parse_row_condition_string


class Worded:
    """Mixed into an expectation: `words` is its sentence, with `$name` for each of its kwargs."""

    words: ClassVar[str]

    @classmethod
    def word_params(cls, kwargs: dict[str, Any]) -> dict[str, Any]:
        """What the `$names` of the sentence stand for; lists read as `a, b and c`."""
        return {name: _readable(value) for name, value in kwargs.items() if value is not None}

    @classmethod
    @renderer(renderer_type=LegacyRendererType.PRESCRIPTIVE)
    @render_suite_parameter_string
    def _prescriptive_renderer(
        cls, configuration: Any = None, result: Any = None, runtime_configuration: Any = None, **_: Any
    ) -> list[RenderedStringTemplateContent]:
        kwargs = {**_defaults(cls), **(configuration or result.expectation_config).kwargs}
        words = cls.words + _mostly(kwargs.get("mostly")) + "."
        if kwargs.get("row_condition"):
            words = f"If {_escaped(parse_row_condition_string(kwargs['row_condition']))}, then {words}"
        template = {"template": words, "params": cls.word_params(kwargs), "styling": _styling(runtime_configuration)}
        return [RenderedStringTemplateContent(content_block_type="string_template", string_template=template)]

    @classmethod
    @renderer(renderer_type=LegacyDiagnosticRendererType.OBSERVED_VALUE)
    def _diagnostic_observed_value_renderer(
        cls,
        configuration: Any = None,  # noqa: ARG003  (handed over by position)
        result: Any = None,
        runtime_configuration: Any = None,  # noqa: ARG003
    ) -> str:
        """What was found in words: each figure with its name."""
        found = (result.result or {}).get("observed_value") if result is not None else None
        if isinstance(found, Mapping):
            return _observed(found)
        return str(cls._get_observed_value_from_evr(result=result))  # type: ignore[attr-defined]


def _defaults(kind: Any) -> dict[str, Any]:
    """Great Expectations leaves out of a configuration what equals the default; the sentence must not."""
    fields = getattr(kind, "__fields__", {})
    return {name: fields[name].default for name in getattr(kind, "success_keys", ()) if name in fields}


def _mostly(mostly: Any) -> str:
    if not isinstance(mostly, int | float) or mostly >= 1:
        return ""
    return f", at least {num_to_str(mostly * 100, no_scientific=True)} % of the time"


def join_words(values: Iterable[Any]) -> str:
    """`a, b and c`."""
    *most, last = (str(item) for item in values)
    return f"{', '.join(most)} and {last}" if most else last


def iso_moment(stated: str | None) -> str | None:
    """Checks an argument that is a date or time. ValueError when it cannot be read."""
    if stated is not None:
        datetime.fromisoformat(stated)
    return stated


def _readable(value: Any) -> Any:
    if isinstance(value, list | tuple) and value:
        return join_words(value)
    return value


def _observed(value: Any) -> str:
    """`psi: 0.31; n: 1,000`, without what is empty."""
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_observed(part)}" for name, part in value.items() if part not in (None, [], {}, ""))
    if isinstance(value, list | tuple):
        return ", ".join(_observed(part) for part in value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:,}" if isinstance(value, int) else f"{value:,.6g}"
    return str(value)


def _escaped(text: str) -> str:
    return text.replace("$", "$$")


def _styling(runtime_configuration: dict[str, Any] | None) -> Any:
    return (runtime_configuration or {}).get("styling")
