from __future__ import annotations

from datetime import datetime

import numpy as np
import polars as pl
import pytest

from ecrec_assets.models.recommender.purchases import Purchases, count_purchases

AS_OF = datetime(2017, 1, 31)
EVENTS = pl.DataFrame(
    {
        "user": [2, 2, 2, 1, 2, 2],
        "item": [7, 7, 5, 7, 7, 99],
        "basket": [20, 21, 21, 10, 21, 22],  # the fifth line repeats the second; product 99 is no candidate
        "time": [
            datetime(2017, 1, 1),
            datetime(2017, 1, 21),
            datetime(2017, 1, 21),
            datetime(2017, 1, 31),
            datetime(2017, 1, 21),
            datetime(2017, 1, 30),
        ],
    }
).with_columns(pl.col("time").cast(pl.Datetime("us")))


def counted(events: pl.DataFrame) -> Purchases:
    ids = np.array([5, 6, 7])
    return count_purchases(events.lazy(), ids, as_of=AS_OF, half_lives=(10, 20, 30), visits_half_life=10)


def test_purchases_are_counted_by_hand() -> None:
    found = counted(EVENTS)
    assert found.user_ids.tolist() == [1, 2]
    assert found.start.tolist() == [0, 1, 3]
    assert found.item.tolist() == [2, 0, 2]
    assert found.user.tolist() == [0, 1, 1]
    assert found.baskets.tolist() == [1, 1, 2]
    assert found.last.tolist() == [0, 10, 10]
    assert found.first.tolist() == [0, 10, 30]
    np.testing.assert_allclose(found.decayed[2], [2**-1 + 2**-3, 2**-0.5 + 2**-1.5, 2 ** (-1 / 3) + 2**-1], rtol=1e-6)
    assert found.visits.tolist() == [1, 2]
    np.testing.assert_allclose(found.recent_visits, [1, 2**-1 + 2**-3])


def test_the_order_of_lines_and_repeated_events_change_nothing() -> None:
    shuffled = pl.concat([EVENTS, EVENTS]).sample(fraction=1, shuffle=True, seed=1)
    one, other = counted(EVENTS), counted(shuffled)
    for name in ("user_ids", "start", "item", "baskets", "first", "last", "decayed", "visits", "recent_visits"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_taking_rows_keeps_each_household_whole() -> None:
    found = counted(EVENTS)
    taken = found.take(np.array([1, 0, 1]))
    dense = found.matrix(found.baskets).toarray()
    np.testing.assert_array_equal(taken.matrix(taken.baskets).toarray(), dense[[1, 0, 1]])
    assert taken.visits.tolist() == [2, 1, 2]


@pytest.mark.parametrize("baskets, weight", [(1, np.log(2)), (9, np.log(10))])
def test_the_tenth_basket_weighs_less_than_the_second(baskets: int, weight: float) -> None:
    one = pl.concat([EVENTS[:1].with_columns(basket=pl.lit(b, pl.Int64)) for b in range(baskets)])
    np.testing.assert_allclose(counted(one).weights(), [weight], rtol=1e-6)
