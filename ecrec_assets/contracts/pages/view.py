"""Turns a page into HTML with our own templates; every value they put in is escaped."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from functools import cache
from typing import ClassVar, Protocol

from jinja2 import Environment, PackageLoader, StrictUndefined

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; object-src 'none'"
)
SPACE = "\N{NO-BREAK SPACE}"


class Page(Protocol):
    """What a template shows. `path` is relative to the site."""

    template: ClassVar[str]

    @property
    def path(self) -> str: ...


def render(page: Page) -> str:
    return environment().get_template(page.template).render(page=page, root="../" * page.path.count("/"))


@cache
def environment() -> Environment:
    made = Environment(
        loader=PackageLoader("ecrec_assets.contracts.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "count": count,
        "share": share,
        "moment": moment,
        "percent": percent,
        "minute": minute,
        "quoted": shlex.quote,
    }
    made.globals["policy"] = POLICY
    return made


def count(number: int | None) -> str:
    """1469307 -> `1,469,307`."""
    return "–" if number is None else f"{number:,}"


def share(part: int, whole: int) -> str:
    """Three digits; a part is never shown as nothing, and what is not all never as 100 %."""
    percent = 100 * part / whole if whole else 0.0
    if 0 < percent < 0.01:
        return f"< 0.01{SPACE}%"
    return f"{min(percent, 99.9) if part < whole else percent:.3g}{SPACE}%"


def percent(part: float | None) -> str:
    """A share between 0 and 1; a dash where there is none."""
    if part is None:
        return "–"
    return f"< 0.01{SPACE}%" if 0 < part < 1e-4 else f"{100 * part:.3g}{SPACE}%"


def minute(time: datetime) -> str:
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M}"


def moment(time: datetime) -> str:
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
