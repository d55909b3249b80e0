"""Great Expectations' own words for an expectation and for what it observed."""

from __future__ import annotations

import logging
from typing import Any

from great_expectations.expectations.registry import get_renderer_impl
from great_expectations.render import LegacyDiagnosticRendererType, LegacyRendererType
from markupsafe import Markup

from ecrec_assets.contracts.pages.blocks import html_of

logger = logging.getLogger(__name__)

BADGES = {"default": {"classes": ["badge"]}, "params": {}}


def words_of(configuration: Any) -> Markup:
    """An expectation as a sentence: its own description, or what its renderer says."""
    if configuration.description:
        return html_of(configuration.description)
    asked = {"styling": BADGES, "include_column_name": True}
    said = _rendered(
        configuration.type, LegacyRendererType.PRESCRIPTIVE, configuration=configuration, runtime_configuration=asked
    )
    return said or html_of(configuration.type)


def observed_of(found: Any) -> Markup:
    """What a result's renderer says of the observed value; empty when it says nothing."""
    return _rendered(found.expectation_config.type, LegacyDiagnosticRendererType.OBSERVED_VALUE, result=found)


def _rendered(expectation: str, kind: str, **arguments: Any) -> Markup:
    """A renderer that fails costs its sentence, not the page."""
    renderer = get_renderer_impl(expectation, kind)
    if renderer is None:
        return Markup()
    try:
        return html_of(renderer.renderer(**arguments))
    except Exception:
        logger.warning("the renderer of %s failed", expectation, exc_info=True)
        return Markup()
