"""What the quarantine commands have in common: the lake, the contract, the rows asked for."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from ecrec_assets.settings import get_settings

if TYPE_CHECKING:
    import polars as pl

    from ecrec_assets.contracts.model import Contract
    from ecrec_assets.lake.store import Lake

FAILS, WRONG = 1, 2


@contextmanager
def told() -> Iterator[None]:
    """What cannot be done is told in a line; exit code 2."""
    from ecrec_assets.lake.errors import LakeError

    try:
        yield
    except (LakeError, ValueError, OSError) as error:
        stop(str(error), WRONG)


def say(message: str, style: str | None = None) -> None:
    """To a person, beside the output."""
    Console(stderr=True, soft_wrap=True).print(message, style=style, markup=False, highlight=False)


def stop(message: str, code: int) -> None:
    say(message, "red")
    raise typer.Exit(code)


def the_lake() -> Lake:
    from ecrec_assets.lake.store import Lake

    return Lake(get_settings().lake)


def contract_of(table: str) -> Contract:
    """ContractFileError names the near ones."""
    from ecrec_assets.contracts.odcs import find_contract

    return find_contract(table, get_settings().expectations)


def require_rule(kept: pl.DataFrame, rule: str | None, contract: Contract) -> pl.DataFrame:
    """The rows that failed the rule, or all. ValueError for a rule that is neither in the contract nor on a row."""
    import polars as pl

    from ecrec_assets.lake.candidate import FAILED_RULES

    if rule is None:
        return kept
    known = sorted({*kept[FAILED_RULES].explode().drop_nulls(), *(rule.name for rule in contract.rules)})
    if rule not in known:
        near = get_close_matches(rule, known, n=1)
        hint = f": did you mean '{near[0]}'?" if near else f"; the rules are {', '.join(known)}"
        raise ValueError(f"{contract.key} has no rule '{rule}'{hint}")
    return kept.filter(pl.col(FAILED_RULES).list.contains(rule))


def write_out(text: str) -> None:
    """Data goes to standard output."""
    sys.stdout.write(text + "\n")
