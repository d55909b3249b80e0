"""The one code location of ecrec."""

from pathlib import Path

import dagster as dg


def loaded() -> dg.Definitions:
    """Everything under `defs/`, found by Dagster itself."""
    return dg.load_from_defs_folder(path_within_project=Path(__file__))


@dg.definitions
def defs() -> dg.Definitions:
    """What Dagster's own tools look for."""
    return loaded()
