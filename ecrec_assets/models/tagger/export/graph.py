"""Builds an ONNX graph node by node; names are given in order, so the same model gives the same bytes."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

OPSET, FUSED_OPSET, IR = 17, 1, 9
FUSED = "com.microsoft"
"""Operators of onnxruntime that do in one step what takes several in plain ONNX."""


class Graph:
    """Nodes and constants so far. Every method gives the name of a value that later nodes may use."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, value: NDArray[Any]) -> str:
        """A constant; the same name again is the same constant."""
        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def add(self, kind: str, *inputs: str, domain: str = "", named: str = "", **attributes: Any) -> str:
        """A node with one output, called `named` or by its number."""
        output = named or f"{kind}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [output], domain=domain, **attributes))
        return output

    def fused(self, kind: str, *inputs: str, named: str = "", **attributes: Any) -> str:
        """A node of onnxruntime's own operators."""
        return self.add(kind, *inputs, domain=FUSED, named=named, **attributes)

    def serialised(self, inputs: tuple[str, ...], output: str, width: int) -> bytes:
        """The model: `inputs` are integers of queries × pieces, `output` is queries × pieces × `width`."""
        given = [helper.make_tensor_value_info(name, TensorProto.INT64, ["queries", "pieces"]) for name in inputs]
        found = helper.make_tensor_value_info(output, TensorProto.FLOAT, ["queries", "pieces", width])
        graph = helper.make_graph(self._nodes, "encoder", given, [found], list(self._constants.values()))
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(FUSED, FUSED_OPSET)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=IR, producer_name="ecrec")
        return model.SerializeToString(deterministic=True)
