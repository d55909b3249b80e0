"""The one code location of ecrec."""

from pathlib import Path

import dagster as dg


def loaded() -> dg.Definitions:
    """The graph of the shop that ECREC_SHOP or ./ecrec.yaml describes; else all under `defs/`, found by Dagster."""
    from ecrec_assets.components.catalogue import current_shop

    shop = current_shop()
    if shop is not None:
        from ecrec_assets.components.shop_graph import shop_definitions

        return shop_definitions(shop)
    return dg.load_from_defs_folder(path_within_project=Path(__file__))


@dg.definitions
def defs() -> dg.Definitions:
    """What Dagster's own tools look for."""
    return loaded()
