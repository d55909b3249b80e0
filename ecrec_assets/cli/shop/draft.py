"""`ecrec shop draft`: writes the contract of a shop's labelled queries from its files, for a person to review."""

import os
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text


def draft(
    force: Annotated[bool, typer.Option("--force", help="Write over a contract that is there.")] = False,
) -> None:
    """Write contracts/datasets/queries.yaml with the labels that stand in the files of roles.queries.

    Exit code 0: written. 1: a file cannot be read. 2: there is no ecrec.yaml, no role 'queries', or a contract already.
    """
    from ecrec_assets.cli.shop.labels import labels_table
    from ecrec_assets.collect.errors import CollectError
    from ecrec_assets.components.catalogue import current_shop
    from ecrec_assets.components.label_draft import draft_file, draft_text
    from ecrec_assets.components.shop_labels import labels_of
    from ecrec_assets.contracts.odcs import ContractFileError
    from ecrec_assets.shop.errors import ShopFileError

    try:
        shop = current_shop()
        if shop is None or shop.roles.queries is None:
            raise ShopFileError(
                "there is no ecrec.yaml here with 'roles: {queries: {train: a file}}' (docs/own-shop.md)"
            )
        file = draft_file(shop)
        if file.exists() and not force:
            raise ShopFileError(
                f"{file} is there already; 'ecrec shop check' compares it with the files, --force writes over it"
            )
        found = labels_of(shop)
        text = draft_text(found)
    except (ContractFileError, ShopFileError) as error:
        _refuse(str(error), 2)
    except CollectError as error:
        _refuse(str(error), 1)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    console = Console()
    console.print(labels_table(found))
    for lost in found.unreadable:
        console.print(Text(f"! {lost}", "yellow"), soft_wrap=True)
    console.print(Text(f"{os.path.relpath(file)}: look at 'types', then run 'ecrec shop check'"), soft_wrap=True)


def _refuse(reason: str, code: int) -> None:
    Console(stderr=True).print(Text(reason, "red"), soft_wrap=True)
    sys.exit(code)
