import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples every time, so that a run says something about the change and not about luck. To look for new ones:
# pytest --hypothesis-profile=default
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")

os.environ["GX_ANALYTICS_ENABLED"] = "false"
os.environ.setdefault("POLARS_MAX_THREADS", "2")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty ECREC_HOME, and settings and contracts read anew."""
    from ecrec_assets.components.catalogue import contracts
    from ecrec_assets.settings import get_settings

    for name in [name for name in os.environ if name.startswith("ECREC_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ECREC_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DAGSTER_HOME", "")
    monkeypatch.delenv("DAGSTER_HOME")  # set first, so that what a command sets is undone after the test
    get_settings.cache_clear()
    contracts.cache_clear()
    yield tmp_path / "home"
    get_settings.cache_clear()
    contracts.cache_clear()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-graph", action="store_true", help="accept the asset graph as it is now")
