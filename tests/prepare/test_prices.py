import polars as pl
import pytest

from ecrec_assets.prepare.prices import with_prices


def _line(quantity: int, sales: float, retail: float = 0.0, coupon: float = 0.0, match: float = 0.0) -> pl.DataFrame:
    money = {"sales_value": sales, "retail_disc": retail, "coupon_disc": coupon, "coupon_match_disc": match}
    return with_prices(pl.LazyFrame({"quantity": [quantity], **{k: [v] for k, v in money.items()}})).collect()


@pytest.mark.parametrize(
    ("line", "shelf", "paid", "share"),
    [
        (_line(2, 5.0), 2.5, 2.5, 0.0),
        (_line(2, 5.0, retail=1.0), 3.0, 2.5, 1 / 6),
        (_line(1, 3.0, coupon=1.0), 3.0, 2.0, 1 / 3),
        (_line(1, 3.0, coupon=1.0, match=0.5), 3.5, 2.0, 1.5 / 3.5),
        (_line(1, 2.0, coupon=2.0), 2.0, 0.0, 1.0),
    ],
)
def test_shelf_price_adds_the_shops_discounts_and_paid_price_takes_the_coupon_off(line, shelf, paid, share) -> None:
    found = line.select("shelf_price", "paid_price", "discount_share").row(0)
    assert found == pytest.approx((shelf, paid, share))


def test_the_share_stays_a_share_whatever_the_cents_say() -> None:
    assert _line(1, 1.0, coupon=1.5)["discount_share"][0] == 1.0
    assert _line(1, 0.0)["discount_share"][0] == 0.0
    assert _line(3, 0.1 + 0.2)["discount_share"][0] == 0.0
