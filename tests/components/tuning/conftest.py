"""One MLflow store for these tests; each has its own home, so studies keep apart."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ecrec_assets.components.sqlite_speed import commits_without_waiting
from ecrec_assets.track.tracking import Tracking, connect


@pytest.fixture(scope="session")
def tracking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tracking]:
    with commits_without_waiting():
        store = Tracking.under(tmp_path_factory.mktemp("searches"))
        connect(store)
        yield store


@pytest.fixture(autouse=True)
def _own_home(home: Path) -> None:
    """Every test searches in a home of its own."""
