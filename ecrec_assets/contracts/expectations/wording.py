"""The sentence an expectation of ours shows on a Data Docs page."""

from __future__ import annotations

from typing import Any, ClassVar

from great_expectations.expectations.expectation import render_suite_parameter_string
from great_expectations.render import LegacyRendererType, RenderedStringTemplateContent
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


def _defaults(kind: Any) -> dict[str, Any]:
    """Great Expectations leaves out of a configuration what equals the default; the sentence must not."""
    fields = getattr(kind, "__fields__", {})
    return {name: fields[name].default for name in getattr(kind, "success_keys", ()) if name in fields}


def _mostly(mostly: Any) -> str:
    if not isinstance(mostly, int | float) or mostly >= 1:
        return ""
    return f", at least {num_to_str(mostly * 100, no_scientific=True)} % of the time"


def _readable(value: Any) -> Any:
    if isinstance(value, list | tuple) and value:
        *most, last = (str(item) for item in value)
        return f"{', '.join(most)} and {last}" if most else last
    return value


def _escaped(text: str) -> str:
    return text.replace("$", "$$")


def _styling(runtime_configuration: dict[str, Any] | None) -> Any:
    return (runtime_configuration or {}).get("styling")
