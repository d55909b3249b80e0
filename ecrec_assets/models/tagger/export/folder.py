"""Writes a trained tagger as a folder for serving, a quarter of its size in int8, and reads it back.

`encoder.onnx` is a protobuf file: numbers and names of operators, no code. `heads.safetensors` holds the weights
behind the encoder, which stay in fp32 and run in torch. `export.json` has the SHA-256 of every file.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any, Literal

import torch
from safetensors.torch import load_file, save_file
from transformers import AutoConfig, AutoModelForTokenClassification, AutoTokenizer

from ecrec_assets.models.tagger.export.runtime import OnnxEncoder
from ecrec_assets.models.tagger.model import HEAD, Network, add_head, labels_of, load, quiet

Kind = Literal["int8", "fp32"]
ENCODER, HEADS, ABOUT = "encoder.onnx", "heads.safetensors", "export.json"
MISSING = "this needs the packages onnx and onnxruntime: pip install 'ecrec[onnx]'"


class ExportError(ValueError):
    """The model cannot be exported, or a folder holds no whole export."""


def export(folder: Path, to: Path, kind: Kind = "int8") -> Path:
    """Writes the trained tagger of `folder` into the folder `to`, for `Tagger.load(to, runtime="onnx")`; gives `to`.

    An earlier export in `to` is replaced. Raises ExportError for an encoder that is not plain BERT and for a folder
    `to` of other things, TaggerFolderError for a `folder` without tagger.
    """
    if to.is_dir() and any(to.iterdir()) and not (to / ABOUT).is_file():
        raise ExportError(f"{to} holds other files; export into a new folder")
    network = load(folder)
    model = _graph_of(network, kind)
    new = to.with_name(f"{to.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    (new / ENCODER).write_bytes(model)
    save_file(_behind(network), new / HEADS, {"format": "pt"})
    for file in (*folder.glob("*.json"), *folder.glob("*.txt")):
        shutil.copyfile(file, new / file.name)
    sums = {file.name: _sha256(file) for file in sorted(new.iterdir())}
    about = {"kind": kind, "weights": _sha256(folder / "model.safetensors"), "files": sums}
    (new / ABOUT).write_text(json.dumps(about, indent=2))
    shutil.rmtree(to, ignore_errors=True)
    return new.rename(to)


def exported(folder: Path) -> Network:
    """The tagger that `export` wrote. Raises ExportError where there is none, or a file was changed."""
    _check_files(folder)
    with quiet(), torch.device("meta"):
        config = AutoConfig.from_pretrained(folder, local_files_only=True)
        model = AutoModelForTokenClassification.from_config(config)
    network = Network(
        model, AutoTokenizer.from_pretrained(folder, local_files_only=True), labels_of(folder, config.id2label)
    )
    with torch.device("meta"):
        add_head(network)
    setattr(model, model.base_model_prefix, _encoder(folder / ENCODER))
    model.load_state_dict(load_file(folder / HEADS), assign=True)
    model.eval()
    return network


def _check_files(folder: Path) -> None:
    if not (folder / ABOUT).is_file():
        raise ExportError(f"{folder} holds no exported tagger; make one with export(trained_folder, {folder.name!r})")
    try:
        recorded = json.loads((folder / ABOUT).read_text())["files"].items()
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ExportError(f"{folder / ABOUT} cannot be read: {error}; export again") from error
    for name, sha256 in recorded:
        if not (folder / name).is_file() or _sha256(folder / name) != sha256:
            raise ExportError(f"{folder / name} is missing or not as it was exported (SHA-256); export again")


def _encoder(file: Path) -> OnnxEncoder:
    try:
        return OnnxEncoder(file.read_bytes())
    except ModuleNotFoundError as error:
        raise ExportError(MISSING) from error


def _behind(network: Network) -> dict[str, torch.Tensor]:
    """The weights that are not the encoder's."""
    inside = f"{network.model.base_model_prefix}."
    weights = network.model.state_dict().items()
    found = {name: value.contiguous() for name, value in weights if not name.startswith(inside)}
    if unknown := [name for name in found if not name.startswith(("classifier.", f"{HEAD}."))]:
        raise ExportError(
            f"the model has weights that an export does not know, such as {unknown[0]}; serve it with torch"
        )
    return found


def _graph_of(network: Network, kind: Kind) -> bytes:
    try:
        from ecrec_assets.models.tagger.export import bert
    except ModuleNotFoundError as error:
        raise ExportError(MISSING) from error
    config, encoder = network.model.config, network.model.base_model
    weights = {name: value.detach().float().numpy() for name, value in encoder.state_dict().items()}
    _check_plain(config, set(weights), bert.names_of(config.num_hidden_layers))
    shape = bert.Shape(
        config.num_hidden_layers, config.num_attention_heads, config.hidden_size, float(config.layer_norm_eps)
    )
    return bert.encoder(weights, shape, in_bytes=kind == "int8")


def _check_plain(config: Any, found: set[str], known: set[str]) -> None:
    if config.model_type != "bert" or config.hidden_act != "gelu":
        raise ExportError(
            f"only BERT encoders with gelu are exported, not {config.model_type} with {config.hidden_act}"
        )
    if found != known:
        more, fewer, one = len(found - known), len(known - found), min(found ^ known)
        raise ExportError(
            f"the encoder is not a plain BERT: {more} weights more and {fewer} fewer, such as {one}. "
            "Merge its adapters first, or serve it with torch."
        )


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
