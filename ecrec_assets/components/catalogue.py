"""The contracts of this code location, read once at load."""

from collections.abc import Iterable
from functools import cache

import dagster as dg

from ecrec_assets.contracts.model import Contract
from ecrec_assets.contracts.odcs import ContractFileError, load_contracts
from ecrec_assets.settings import get_settings


@cache
def contracts() -> dict[str, Contract]:
    """Every contract under `expectations/` by key."""
    return load_contracts(get_settings().expectations)


def contract(key: str) -> Contract:
    """The contract of one table. ContractFileError names the file that is missing."""
    if key not in contracts():
        raise ContractFileError(f"no contract {get_settings().expectations / key}.yaml: every asset needs one")
    return contracts()[key]


def asset_key(table: str) -> dg.AssetKey:
    """`raw/products` -> AssetKey(["raw", "products"])."""
    return dg.AssetKey(table.split("/"))


def reference_tables(rules_of: Contract) -> tuple[str, ...]:
    """Tables that the rules look values up in, in alphabetical order."""
    named: Iterable[str] = (rule.kwargs["reference"] for rule in rules_of.rules if "reference" in rule.kwargs)
    return tuple(sorted(set(named)))
