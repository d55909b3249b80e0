"""The first contract of a shop's labelled queries: what comes with ecrec, and the labels that stand in the files."""

import json
import re
from difflib import get_close_matches
from pathlib import Path

from ecrec_assets.components.catalogue import FOR_SHOPS
from ecrec_assets.components.shop_labels import Labels
from ecrec_assets.components.tagger_plan import QUERIES
from ecrec_assets.prepare.labelled_queries import SPLITS
from ecrec_assets.settings import get_settings
from ecrec_assets.shop.config import Shop
from ecrec_assets.shop.errors import ShopFileError

RULE = "              kwargs: {token_column: tokens, mostly: 0.98}\n"
INDENT = " " * 16
FEW = 3
PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
RESERVED = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}


def draft_file(shop: Shop) -> Path:
    return shop.contract_folder / f"{QUERIES}.yaml"


def draft_text(found: Labels) -> str:
    """The contract with the label set, each label with its spans in train, validation and test.

    ShopFileError when no label stands in the files.
    """
    if found.spans.is_empty():
        raise ShopFileError("there is no label in the files: every tag is O, or none is written as B-… and I-…")
    template = (get_settings().expectations / FOR_SHOPS / f"{QUERIES}.yaml").read_text(encoding="utf-8")
    lines = [f"{INDENT}types:  # the label set; spans in {', '.join(SPLITS)}", *_types(found)]
    rule = (
        f"{RULE.split('{')[0].rstrip()}\n{INDENT}token_column: tokens\n{INDENT}mostly: 0.98\n" + "\n".join(lines) + "\n"
    )
    before, cut, after = template.partition(RULE)
    assert cut, "the contract for shops has another rule about tags"
    return before.partition("\n")[2] + rule + after


def _types(found: Labels) -> list[str]:
    rows = [(row["type"], [row[split] for split in SPLITS]) for row in found.spans.iter_rows(named=True)]
    width = max(len(_written(name)) for name, _ in rows)
    frequent = [name for name, counts in rows if sum(counts) > FEW]
    return [
        f"{INDENT}  - {_written(name):<{width}}  # {_counts(counts)}{_doubt(name, counts, frequent)}"
        for name, counts in rows
    ]


def _counts(counts: list[int]) -> str:
    return ", ".join(f"{count:,}" for count in counts)


def _doubt(name: str, counts: list[int], frequent: list[str]) -> str:
    near = get_close_matches(name, frequent, n=1, cutoff=0.8) if sum(counts) <= FEW else []
    return f"; a slip for '{near[0]}'? Then remove the line" if near else ""


def _written(name: str) -> str:
    return name if PLAIN.fullmatch(name) and name.lower() not in RESERVED else json.dumps(name, ensure_ascii=False)
