"""The contracts of this code location, read once at load, and the shop they belong to."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

import dagster as dg

from ecrec_assets.contracts.model import Contract
from ecrec_assets.contracts.odcs import ContractFileError, load_contracts
from ecrec_assets.settings import PROJECT, get_settings
from ecrec_assets.shop.config import Shop
from ecrec_assets.shop.load import load_shop

FOR_SHOPS = "shop"  # the folder of contracts that any shop may use, below `expectations/`


def current_shop() -> Shop | None:
    """The shop of this process; None for The Complete Journey. ShopFileError when its file is wrong."""
    file = get_settings().shop_file
    return load_shop(file) if file else None


@cache
def contracts() -> dict[str, Contract]:
    """Every contract of the graph by key: those under `expectations/`, or a shop's own over those for any shop."""
    root, shop = get_settings().expectations, current_shop()
    if shop is None:
        found = load_contracts(root)
        return {key: each for key, each in found.items() if not key.startswith(f"{FOR_SHOPS}/")}
    own = load_contracts(shop.contract_folder) if shop.contract_folder.is_dir() else {}
    named = {
        f"raw/{name}": replace(own[source.contract], key=f"raw/{name}")
        for name, source in shop.sources.items()
        if source.contract in own
    }
    return load_contracts(root / FOR_SHOPS) | own | named


def contract(key: str) -> Contract:
    """The contract of one table. ContractFileError names the file that is missing."""
    if key not in contracts():
        shop = current_shop()
        if shop is None:
            raise ContractFileError(f"no contract {get_settings().expectations / key}.yaml: every asset needs one")
        raise ContractFileError(
            f"no contract {shop.contract_folder / key}.yaml: every source needs one; 'ecrec contract draft' writes a "
            "first one from the data"
        )
    return contracts()[key]


def contract_path(key: str) -> str:
    """The file of a contract as a person would open it: below the project, or below the shop's folder."""
    shop = current_shop()
    if shop is None:
        return f"expectations/{key}.yaml"
    name = key.removeprefix("raw/")
    key = shop.sources[name].contract or key if key.startswith("raw/") and name in shop.sources else key
    own = shop.contract_folder / f"{key}.yaml"
    return str(own) if own.is_file() else _below(get_settings().expectations / FOR_SHOPS / f"{key}.yaml")


def _below(path: Path) -> str:
    return str(path.relative_to(PROJECT)) if path.is_relative_to(PROJECT) else str(path)


def asset_key(table: str) -> dg.AssetKey:
    """`raw/products` -> AssetKey(["raw", "products"])."""
    return dg.AssetKey(table.split("/"))


def reference_tables(rules_of: Contract) -> tuple[str, ...]:
    """Tables that the rules look values up in, in alphabetical order."""
    named: Iterable[str] = (rule.kwargs["reference"] for rule in rules_of.rules if "reference" in rule.kwargs)
    return tuple(sorted(set(named)))
