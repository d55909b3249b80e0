"""Matrix products in fp32 or int8.

In int8 each output of a product has its own scale of weights, and each word piece its own scale of inputs, taken when
it is read (LLM.int8(), Dettmers et al., NeurIPS 2022, section 2.1: vector-wise quantisation). onnxruntime's own dynamic
quantisation takes one scale of inputs for the whole batch, so that an answer depends on the queries beside it. Both
sides are stored as unsigned bytes round 128: with signed weights, processors with AVX2 and no VNNI cut off sums of two
products at 16 bits.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from ecrec_assets.models.tagger.export.graph import Graph

LEVELS, MIDDLE = 127, 128
LEAST = 1e-30
Floats = NDArray[np.float32]


class Bytes(NamedTuple):
    """`values` are `(value - 128) * scales` as unsigned bytes."""

    values: NDArray[np.uint8]
    scales: Floats


def to_bytes(weights: Floats, axis: int) -> Bytes:
    """One scale for each index but those of `axis`, over which the largest is taken."""
    scales = np.maximum(np.abs(weights).max(axis=axis, keepdims=True), LEAST) / LEVELS
    values = np.clip(np.rint(weights / scales), -LEVELS, LEVELS) + MIDDLE
    return Bytes(values.astype(np.uint8), scales.astype(np.float32))


def product(graph: Graph, inputs: str, weights: Floats, name: str) -> str:
    """`inputs` (... × n) times `weights` (n × m), fp32."""
    return graph.add("MatMul", inputs, graph.constant(name, weights))


def byte_product(graph: Graph, inputs: str, weights: Floats, name: str) -> str:
    """As `product`, multiplied in int8 and added up in int32."""
    stored = to_bytes(weights, axis=0)
    middle = graph.constant("middle", np.array(MIDDLE, np.uint8))
    largest = _largest_of_rows(graph, inputs)
    given = _bytes_of(graph, inputs, largest)
    found = graph.add("MatMulInteger", given, graph.constant(name, stored.values), middle, middle)
    of_rows = graph.add("Mul", graph.add("Cast", found, to=TensorProto.FLOAT), largest)
    return graph.add("Mul", of_rows, graph.constant(f"{name}.scales", stored.scales[0] / LEVELS))


def byte_rows(graph: Graph, table: Floats, rows: str, name: str) -> str:
    """Rows of a table that is stored in bytes, as fp32."""
    stored = to_bytes(table, axis=1)
    values = graph.add("Gather", graph.constant(name, stored.values), rows)
    scales = graph.add("Gather", graph.constant(f"{name}.scales", stored.scales), rows)
    middle = graph.constant("middle.float", np.array(MIDDLE, np.float32))
    return graph.add("Mul", graph.add("Sub", graph.add("Cast", values, to=TensorProto.FLOAT), middle), scales)


def _largest_of_rows(graph: Graph, inputs: str) -> str:
    """The largest size of a number in each row; never 0, since it divides."""
    largest = graph.add("ReduceMax", graph.add("Abs", inputs), axes=[-1], keepdims=1)
    return graph.add("Max", largest, graph.constant("least", np.array(LEAST, np.float32)))


def _bytes_of(graph: Graph, inputs: str, largest: str) -> str:
    """Rounded to the nearest level: half a level is added, and the cast cuts off what is behind the point."""
    levels = graph.add("Div", graph.constant("levels", np.array(LEVELS, np.float32)), largest)
    half = graph.constant("middle.half", np.array(MIDDLE + 0.5, np.float32))
    return graph.add("Cast", graph.add("Add", graph.add("Mul", inputs, levels), half), to=TensorProto.UINT8)
