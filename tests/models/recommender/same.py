"""Whether two recommenders are the same to the last bit."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from ecrec_assets.models.recommender.model import Recommender


def arrays(model: Recommender) -> dict[str, np.ndarray]:
    snapshot = model.snapshot
    return {
        **{field.name: getattr(snapshot.purchases, field.name) for field in fields(snapshot.purchases)},
        **{f"popularity {name}": array for name, array in snapshot.popularity._asdict().items()},
        "kernel": snapshot.ease.kernel,
        "learners": snapshot.ease.learners,
        "diagonal": snapshot.ease.diagonal,
        "rhythm": np.append(model.mix.rhythm.weights, model.mix.rhythm.intercept),
        "discovery": np.append(model.mix.discovery.weights, model.mix.discovery.intercept),
        **{f"rhythm {name}": array for name, array in model.calibrations.rhythm._asdict().items()},
        **{f"discovery {name}": array for name, array in model.calibrations.discovery._asdict().items()},
        "threshold": np.array(model.threshold),
    }


def assert_same(one: Recommender, other: Recommender) -> None:
    assert (one.config, one.until, one.snapshot.as_of) == (other.config, other.until, other.snapshot.as_of)
    theirs = arrays(other)
    for name, array in arrays(one).items():
        assert array.dtype == theirs[name].dtype
        np.testing.assert_array_equal(array, theirs[name], err_msg=name)
