"""Where the raw tables come from: a folder of the user's, or The Complete Journey, plus what has landed since."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl

from ecrec_assets.collect import complete_journey, files
from ecrec_assets.collect.errors import CollectError
from ecrec_assets.components.catalogue import contract
from ecrec_assets.settings import get_settings

SUFFIXES = (".parquet", ".csv", ".csv.gz")


def read_source(name: str) -> pl.LazyFrame:
    """All rows of a raw table as they were delivered. CollectError names a file that cannot be read."""
    schema = contract(f"raw/{name}").schema
    own, landed = _own(name), landed_files(name)
    frames = {path: files.read_table(path, schema) for path in (*own, *landed)}
    if not own:
        frames = {complete_journey.path_of(name): complete_journey.read(name), **frames}
    _require_alike(frames)
    return pl.concat(frames.values(), how="diagonal")


def source_state(name: str) -> str:
    """Changes when any byte of the table's sources does."""
    own = [*_own(name), *landed_files(name)]
    states = [f"{path.name}:{files.fingerprint(path)}" for path in own]
    return " ".join(states if _own(name) else [complete_journey.fingerprint(name), *states])


def landed_files(name: str) -> list[Path]:
    """Files of one table in the landing folder: `landing/<table>.csv` or any file in `landing/<table>/`."""
    return list(_files(get_settings().landing_folder, name))


def _require_alike(frames: Mapping[Path, pl.LazyFrame]) -> None:
    """Files of one table have the same columns; a column that one file lacks would silently become empty."""
    first, *others = ((path, _columns(frame)) for path, frame in frames.items())
    for path, columns in others:
        if columns != first[1]:
            differing = sorted({name for name, _ in columns.items() ^ first[1].items()})
            raise CollectError(
                path,
                f"columns {', '.join(differing)} are missing, extra or of another type than in {first[0]}",
                "Deliver the file with the same columns, or take it out of the folder.",
            )


def _columns(frame: pl.LazyFrame) -> dict[str, pl.DataType]:
    return {name: dtype for name, dtype in frame.collect_schema().items() if name != "_unreadable"}


def _own(name: str) -> list[Path]:
    folder = get_settings().source
    if folder is None:
        return []
    found = list(_files(folder, name))
    if not found:
        raise CollectError(
            folder,
            f"there is no {name}.parquet, {name}.csv or folder {name}/",
            "Put the table there; README, 'Your own data', says how.",
        )
    return found


def _files(folder: Path, name: str) -> Iterator[Path]:
    yield from (path for suffix in SUFFIXES if (path := folder / f"{name}{suffix}").is_file())
    inner = folder / name
    if inner.is_dir():
        yield from sorted(path for path in inner.iterdir() if path.name.endswith(SUFFIXES))
