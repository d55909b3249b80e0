"""Where the raw tables come from: a folder of the user's, or The Complete Journey, plus what has landed since."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from ecrec_assets.collect import complete_journey, files
from ecrec_assets.components.catalogue import contract
from ecrec_assets.settings import get_settings

SUFFIXES = (".parquet", ".csv", ".csv.gz")


def read_source(name: str) -> pl.LazyFrame:
    """All rows of a raw table as they were delivered. CollectError names a file that cannot be read."""
    schema = contract(f"raw/{name}").schema
    base = [files.read_table(path, schema) for path in _own(name)] or [complete_journey.read(name)]
    landed = [files.read_table(path, schema) for path in landed_files(name)]
    return pl.concat([*base, *landed], how="diagonal") if landed or len(base) > 1 else base[0]


def source_state(name: str) -> str:
    """Changes when any byte of the table's sources does."""
    own = [*_own(name), *landed_files(name)]
    states = [f"{path.name}:{files.fingerprint(path)}" for path in own]
    return " ".join(states if _own(name) else [complete_journey.fingerprint(name), *states])


def landed_files(name: str) -> list[Path]:
    """Files of one table in the landing folder: `landing/<table>.csv` or any file in `landing/<table>/`."""
    return list(_files(get_settings().landing_folder, name))


def _own(name: str) -> list[Path]:
    folder = get_settings().source
    if folder is None:
        return []
    found = list(_files(folder, name))
    if not found:
        raise FileNotFoundError(
            f"{folder} has no {name}.parquet, {name}.csv or folder {name}/; see README, 'Your data'"
        )
    return found


def _files(folder: Path, name: str) -> Iterator[Path]:
    yield from (path for suffix in SUFFIXES if (path := folder / f"{name}{suffix}").is_file())
    inner = folder / name
    if inner.is_dir():
        yield from sorted(path for path in inner.iterdir() if path.name.endswith(SUFFIXES))
