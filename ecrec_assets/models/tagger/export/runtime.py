"""An exported encoder in the place of the trained one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from torch import nn

INPUTS, OUTPUT = ("pieces", "mask"), "hidden"


class OnnxEncoder(nn.Module):
    """Runs the ONNX model on as many threads as torch has now. It has no weights to train and no gradient."""

    def __init__(self, model: bytes) -> None:
        super().__init__()
        self._session = session_of(model)

    def forward(self, input_ids: torch.Tensor | None = None, attention_mask: Any = None, **other: Any) -> Encoded:
        """As transformers' encoders answer. Raises TypeError for anything but word pieces and their mask."""
        if input_ids is None or any(value is not None for name, value in other.items() if name != "return_dict"):
            raise TypeError(
                "the exported encoder reads word pieces only; load the tagger with runtime='torch' for this"
            )
        mask = torch.ones_like(input_ids) if attention_mask is None else attention_mask
        given = {name: value.numpy() for name, value in zip(INPUTS, (input_ids, mask.long()), strict=True)}
        [hidden] = self._session.run([OUTPUT], given)
        return Encoded(torch.from_numpy(np.asarray(hidden)))


class Encoded(SimpleNamespace):
    """`last_hidden_state`, also as item 0."""

    def __init__(self, last_hidden_state: torch.Tensor) -> None:
        super().__init__(last_hidden_state=last_hidden_state, hidden_states=None, attentions=None)

    def __getitem__(self, item: int) -> torch.Tensor:
        return (self.last_hidden_state,)[item]


def session_of(model: bytes) -> Any:
    """An onnxruntime session that does not spin while it waits, so that other work has the cores."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
