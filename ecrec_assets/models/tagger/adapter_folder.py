"""The file of what parameter-efficient tuning trained: some hundred kilobytes beside a model of ninety megabytes.

A tuned model's folder has `adapter/`. LoRA and AdaLoRA are summed into `model.safetensors` as well, so such a model is
served like any other; prefix and adapter cannot be, and `attach` adds them to the encoder when the folder is loaded.
`onto` makes the whole model from the base checkpoint and the small file alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from ecrec_assets.models.tagger.adapters import Added, Tuning, add

FOLDER, ABOUT, WEIGHTS = "adapter", "adapter.json", "adapter.safetensors"
KEPT_APART = ("prefix", "adapter")  # methods that cannot be summed into the encoder's weights


class AdapterError(ValueError):
    """An adapter that cannot be read or does not belong to this base; the message names it and the way out."""


class AboutAdapter(BaseModel):
    """`adapter.json`. `base` is the SHA-256 of the encoder that the adapter was trained on, before training."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    method: Tuning
    size: int
    base: str


def write(added: Added, folder: Path) -> Path:
    """`folder`/adapter, with the trained weights and what they are."""
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    save_file({name: weights.contiguous() for name, weights in added.trained().items()}, place / WEIGHTS)
    about = AboutAdapter(method=added.method, size=added.size, base=added.base)
    (place / ABOUT).write_text(about.model_dump_json(indent=2), encoding="utf-8")
    return place


def attach(model: Any, folder: Path) -> None:
    """Adds what `folder`/adapter holds to the model that was read from `folder`, if it is not summed in already."""
    if not (folder / FOLDER).is_dir():
        return
    about = _about(folder / FOLDER)
    added = add(model, about.method, size=about.size, steps=1) if about.method in KEPT_APART else None
    if added is not None:
        _fill(added, folder / FOLDER)


def onto(model: Any, place: Path) -> Added:
    """Adds the adapter in `place` to a new model on its base; `model` has the right labels and a head of any weights.

    Raises AdapterError when the encoder is not the one that the adapter was trained on.
    """
    about = _about(place)
    added = add(model, about.method, size=about.size, steps=10)
    if added is None:
        raise AdapterError(f"{place / ABOUT} says 'full'; such a model has no adapter")
    if added.base != about.base:
        raise AdapterError(
            f"{place} was trained on another base (encoder {about.base[:12]}, this one is {added.base[:12]}). "
            "Load that base, or train the adapter again on this one."
        )
    _fill(added, place)
    return added


def _about(place: Path) -> AboutAdapter:
    try:
        return AboutAdapter.model_validate_json((place / ABOUT).read_text(encoding="utf-8"))
    except (OSError, ValidationError, UnicodeDecodeError) as error:
        raise AdapterError(f"{place / ABOUT} cannot be read as an adapter: {error}") from error


def _fill(added: Added, place: Path) -> None:
    try:
        weights = load_file(place / WEIGHTS)
    except (OSError, SafetensorError) as error:
        raise AdapterError(f"{place / WEIGHTS} cannot be read: {error}") from error
    wanted = {name: tuple(value.shape) for name, value in added.trained().items()}
    found = {name: tuple(value.shape) for name, value in weights.items()}
    if wanted != found:
        other = sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))
        raise AdapterError(
            f"{place / WEIGHTS} does not fit the model: {len(other)} of {len(wanted)} weights are missing, extra or "
            f"of another shape, such as {other[0]}. Train the adapter again."
        )
    added.model.load_state_dict(weights, strict=False)
