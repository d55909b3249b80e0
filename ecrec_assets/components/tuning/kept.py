"""The settings that a search found and a person kept: `models/<name>/settings.json`, read by the next training.

    {"model": "query_tagger", "settings": {"learning_rate": 0.0007}, "study": …, "trial": 12, …}

It is a plain file: it can be read, changed by hand, and removed.
"""

import os
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from ecrec_assets.settings import get_settings


class KeptSettingsError(ValueError):
    """A file of kept settings that cannot be read; the message names it and the way out."""


class Kept(BaseModel):
    """`settings` go over the defaults of the training; the rest says where they come from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str
    settings: dict[str, bool | int | float | str | None]
    study: str
    trial: int
    objective: str
    value: float


def kept(model: str) -> Kept | None:
    """None where nothing was kept. Raises KeptSettingsError."""
    file = kept_file(model)
    if not file.is_file():
        return None
    try:
        return Kept.model_validate_json(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        raise KeptSettingsError(
            f"{file} cannot be read as kept settings: {error} Mend it, or remove it with 'ecrec tune {model} --undo'."
        ) from error


def kept_settings(model: str) -> dict[str, Any]:
    """What the next training of `model` takes instead of its defaults; empty where nothing was kept."""
    found = kept(model)
    return dict(found.settings) if found else {}


def keep(found: Kept) -> Path:
    """Writes the file: the next training reads these, whole, or what was there before."""
    file = kept_file(found.model)
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(f".{os.getpid()}.tmp")
    draft.write_text(found.model_dump_json(indent=2) + "\n", encoding="utf-8")
    draft.replace(file)
    return file


def forget(model: str) -> bool:
    """Removes the file; whether there was one."""
    file = kept_file(model)
    there = file.exists()
    file.unlink(missing_ok=True)
    return there


def kept_file(model: str) -> Path:
    return get_settings().models / model / "settings.json"
