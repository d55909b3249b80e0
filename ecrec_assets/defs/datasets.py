import polars as pl

from ecrec_assets.components.gated_asset import gated_asset


@gated_asset("datasets/transactions", group="datasets", reads={"lines": "raw/transactions", "products": "raw/products"})
def transactions(lines: pl.LazyFrame, products: pl.LazyFrame) -> pl.LazyFrame:
    """Prices a piece, discount share, and an outlier score from robust statistics and an isolation forest."""
    from ecrec_assets.prepare.transactions import clean_transactions

    return clean_transactions(lines, products)


@gated_asset("datasets/products", group="datasets", reads={"products": "raw/products"})
def products(products: pl.LazyFrame) -> pl.LazyFrame:
    """Readable texts, and package sizes as number and unit."""
    from ecrec_assets.prepare.products import clean_products

    return clean_products(products)


@gated_asset(
    "datasets/households", group="datasets", reads={"lines": "raw/transactions", "demographics": "raw/demographics"}
)
def households(lines: pl.LazyFrame, demographics: pl.LazyFrame) -> pl.LazyFrame:
    """Every household that bought, with its answers or 'unknown'."""
    from ecrec_assets.prepare.households import complete_households

    return complete_households(lines, demographics)


@gated_asset("datasets/promotions", group="datasets", reads={"promotions": "raw/promotions"})
def promotions(promotions: pl.LazyFrame) -> pl.LazyFrame:
    """How many stores displayed or mailed a product, a row a product and week."""
    from ecrec_assets.prepare.promotions import summarise_promotions

    return summarise_promotions(promotions)


@gated_asset(
    "datasets/coupons", group="datasets", reads={"coupons": "raw/coupons", "campaigns": "raw/campaign_descriptions"}
)
def coupons(coupons: pl.LazyFrame, campaigns: pl.LazyFrame) -> pl.LazyFrame:
    """Coupons with the days their campaign ran."""
    from ecrec_assets.prepare.coupons import clean_coupons

    return clean_coupons(coupons, campaigns)


@gated_asset(
    "datasets/redemptions",
    group="datasets",
    reads={"redemptions": "raw/coupon_redemptions", "campaigns": "raw/campaign_descriptions"},
)
def redemptions(redemptions: pl.LazyFrame, campaigns: pl.LazyFrame) -> pl.LazyFrame:
    """Which household used which coupon, and in which kind of campaign."""
    from ecrec_assets.prepare.coupons import clean_redemptions

    return clean_redemptions(redemptions, campaigns)
