from datetime import date
from pathlib import Path

import polars as pl

from ecrec_assets.collect import complete_journey
from ecrec_assets.contracts.odcs import load_contract
from ecrec_assets.prepare.coupons import clean_coupons, clean_redemptions

ROOT = Path(__file__).parents[2] / "expectations"
CAMPAIGNS = complete_journey.read("campaign_descriptions")


def test_duplicate_coupons_are_gone_and_the_rest_has_its_campaign() -> None:
    frame = clean_coupons(complete_journey.read("coupons"), CAMPAIGNS).collect()
    assert frame.schema == load_contract(ROOT / "datasets" / "coupons.yaml", ROOT).schema
    assert frame.height == frame.n_unique() == 116_204 - 4_872
    assert sum(frame.null_count().row(0)) == 0


def test_a_coupon_has_the_dates_of_its_campaign() -> None:
    coupon = pl.LazyFrame({"coupon_upc": [5, 5], "product_id": [6, 6], "campaign_id": [8, 8]})
    assert clean_coupons(coupon, CAMPAIGNS).collect().rows() == [
        (5, 6, 8, "Type A", date(2017, 5, 8), date(2017, 6, 25))
    ]


def test_redemptions_have_a_day_and_a_kind_of_campaign() -> None:
    frame = clean_redemptions(complete_journey.read("coupon_redemptions"), CAMPAIGNS).collect()
    assert frame.schema == load_contract(ROOT / "datasets" / "redemptions.yaml", ROOT).schema
    assert frame.height == 2_102
    assert (frame["redemption_date"].min(), frame["redemption_date"].max()) == (date(2017, 1, 1), date(2017, 12, 31))


def test_both_are_sorted_so_that_a_rerun_writes_the_same_file() -> None:
    coupons = complete_journey.read("coupons").collect()
    mixed = coupons.sample(fraction=1, shuffle=True, seed=5)
    assert clean_coupons(coupons.lazy(), CAMPAIGNS).collect().equals(clean_coupons(mixed.lazy(), CAMPAIGNS).collect())
