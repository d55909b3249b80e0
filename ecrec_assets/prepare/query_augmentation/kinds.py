"""The kinds of change, by the name they have in settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from random import Random

from ecrec_assets.prepare.query_augmentation.drops import drop
from ecrec_assets.prepare.query_augmentation.letters import case, typo
from ecrec_assets.prepare.query_augmentation.mentions import Mentions, other_mentions
from ecrec_assets.prepare.query_augmentation.order import span_order, word_order
from ecrec_assets.prepare.query_augmentation.units import unit_form
from ecrec_assets.prepare.query_noise import Words

Change = Callable[[Words, Random], Words]

PERTURBATIONS: dict[str, Change] = {
    "typo": typo,
    "order": span_order,
    "case": case,
    "drop": drop,
    "unit": unit_form,
}
"""What can be done to a query without looking at other queries; the words' labels stay true."""

KINDS = ("mention", "word_order", *PERTURBATIONS)


class UnknownKind(ValueError):
    """A kind of change that is not there; the message names those that are."""


def changes(mentions: Mentions) -> dict[str, Change]:
    """Every kind; replaced mentions are drawn from `mentions`."""
    return {"mention": partial(other_mentions, mentions=mentions), "word_order": word_order, **PERTURBATIONS}


def check_kinds(asked: Iterable[str], known: Iterable[str]) -> None:
    """Raises UnknownKind."""
    known = tuple(known)
    if unknown := [kind for kind in asked if kind not in known]:
        raise UnknownKind(
            f"no change of queries is called {', '.join(map(repr, unknown))}; there are {', '.join(known)}"
        )
