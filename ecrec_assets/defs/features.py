import polars as pl

from ecrec_assets.components.gated_asset import gated_asset

CUTOFF_WEEK = 48
SELECTION_WEEK = 44
GROUP = "features"


@gated_asset(
    "features/household",
    group=GROUP,
    reads={"lines": "datasets/transactions", "households": "datasets/households", "products": "datasets/products"},
)
def household(lines: pl.LazyFrame, households: pl.LazyFrame, products: pl.LazyFrame) -> pl.LazyFrame:
    """How a household shops, from windows that end at the cut-off week."""
    from ecrec_assets.features.household import household_features

    return household_features(lines, households, products, cutoff_week=CUTOFF_WEEK)


@gated_asset(
    "features/product",
    group=GROUP,
    reads={"lines": "datasets/transactions", "products": "datasets/products", "promotions": "datasets/promotions"},
)
def product(lines: pl.LazyFrame, products: pl.LazyFrame, promotions: pl.LazyFrame) -> pl.LazyFrame:
    """How a product sells, from windows that end at the cut-off week."""
    from ecrec_assets.features.product import product_features

    return product_features(lines, products, promotions, cutoff_week=CUTOFF_WEEK)


@gated_asset("features/pair", group=GROUP, reads={"lines": "datasets/transactions", "products": "datasets/products"})
def pair(lines: pl.LazyFrame, products: pl.LazyFrame) -> pl.LazyFrame:
    """A household's habit with a product it bought before."""
    from ecrec_assets.features.pair import pair_features

    return pair_features(lines, products, cutoff_week=CUTOFF_WEEK)


@gated_asset(
    "features/product_text", group=GROUP, reads={"products": "datasets/products", "lines": "datasets/transactions"}
)
def product_text(products: pl.LazyFrame, lines: pl.LazyFrame) -> pl.LazyFrame:
    """Keywords of a product's text, and the text as a few numbers."""
    from ecrec_assets.features.product_text import product_text_features

    return product_text_features(products, lines, cutoff_week=CUTOFF_WEEK)


@gated_asset(
    "features/selection",
    group=GROUP,
    reads={
        "lines": "datasets/transactions",
        "households": "datasets/households",
        "products": "datasets/products",
        "promotions": "datasets/promotions",
    },
    kinds=("scikitlearn", "deltalake"),
)
def selection(
    lines: pl.LazyFrame, households: pl.LazyFrame, products: pl.LazyFrame, promotions: pl.LazyFrame
) -> pl.LazyFrame:
    """Mutual information of every feature with the purchases of the four weeks after an earlier cut-off."""
    from ecrec_assets.features.next_purchase_selection import next_purchase_selection

    return next_purchase_selection(lines, households, products, promotions, cutoff_week=SELECTION_WEEK)
