"""`ecrec shop check`: reads the shop's file, its contracts and its sources, and says what follows. Loads nothing."""

import os
import sys
import warnings
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text


def check(
    quick: Annotated[bool, typer.Option("--quick", help="Do not look at the files and databases.")] = False,
) -> None:
    """Show the sources, their periods and contracts, and the assets, jobs, schedules and sensors that follow.

    Exit code 0: all is well. 1: something cannot be read. 2: there is no ecrec.yaml, or it or a contract is wrong.
    """
    import dagster as dg

    from ecrec_assets.components.catalogue import current_shop
    from ecrec_assets.components.shop_graph import shop_definitions
    from ecrec_assets.components.tagger_plan import shop_tagger_plan
    from ecrec_assets.contracts.odcs import ContractFileError
    from ecrec_assets.shop.errors import ShopFileError

    warnings.filterwarnings("ignore", category=dg.BetaWarning)
    console = Console()
    try:
        shop = current_shop()
        if shop is None:
            raise ShopFileError("there is no ecrec.yaml here; write one (docs/own-shop.md), or name it in ECREC_SHOP")
        definitions = shop_definitions(shop)
        if (plan := shop_tagger_plan(shop)) is not None and not quick:
            plan.config()
    except (ContractFileError, ShopFileError) as error:
        Console(stderr=True).print(Text(str(error), "red"), soft_wrap=True)
        sys.exit(2)
    console.print(Text(f"{shop.name}: {shop.file}", "bold"))
    troubles = _sources(console, shop, quick) if shop.sources else []
    troubles += _labels(console, shop) if shop.roles.queries and not quick else []
    _graph(console, definitions)
    for trouble in troubles:
        console.print(Text(f"✗ {trouble}", "red"), soft_wrap=True)
    sys.exit(1 if troubles else 0)


def _sources(console: Console, shop: "Shop", quick: bool) -> list[str]:  # type: ignore[name-defined]  # noqa: F821
    from ecrec_assets.components.catalogue import contract, contract_path
    from ecrec_assets.components.shop_summary import summary

    table = Table("source", "from", "periods", "rows", "to load", "rules", "contract", box=None, header_style="bold")
    troubles: list[str] = []
    for name in shop.sources:
        found = summary(shop, name, look=not quick)
        troubles += found.troubles
        rules = contract(f"raw/{name}")
        path = (
            os.path.relpath(contract_path(rules.key), shop.folder)
            if contract_path(rules.key)[0] == "/"
            else contract_path(rules.key)
        )
        table.add_row(name, found.origin, found.periods, found.rows, found.to_load, str(len(rules.rules)), path)
    console.print(table)
    return troubles


def _labels(console: Console, shop: "Shop") -> list[str]:  # type: ignore[name-defined]  # noqa: F821
    from ecrec_assets.cli.shop.labels import labels_table
    from ecrec_assets.collect.errors import CollectError
    from ecrec_assets.components.shop_labels import labels_of, troubles_of

    try:
        found = labels_of(shop)
    except CollectError as error:
        return [str(error)]
    console.print(labels_table(found))
    return troubles_of(found)


def _graph(console: Console, definitions: "dg.Definitions") -> None:  # type: ignore[name-defined]  # noqa: F821
    graph = definitions.resolve_asset_graph()
    nodes = [graph.get(key) for key in graph.toposorted_asset_keys]
    table = Table("asset", "made from", "checks", box=None, header_style="bold")
    for node in nodes:
        parents = ", ".join(sorted(parent.to_user_string() for parent in node.parent_keys))
        table.add_row(node.key.to_user_string(), parents or "the source", str(len(node.check_keys)))
    console.print(table)
    repository = definitions.get_repository_def()
    for schedule in repository.schedule_defs:
        console.print(f"schedule {schedule.name}: {schedule.cron_schedule} ({schedule.execution_timezone})")
    for sensor in repository.sensor_defs:
        if sensor.description:
            console.print(f"sensor {sensor.name}: {sensor.description}")
