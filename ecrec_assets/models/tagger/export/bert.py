"""A BERT encoder (Devlin et al., NAACL 2019) as an ONNX graph: word pieces in, their last hidden vectors out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from ecrec_assets.models.tagger.export.graph import Graph
from ecrec_assets.models.tagger.export.products import byte_product, byte_rows, product

PIECES, MASK, HIDDEN = "pieces", "mask", "hidden"
Floats = NDArray[np.float32]
Weights = Mapping[str, Floats]
Product = Callable[[Graph, str, Floats, str], str]
_WHOLE = ("embeddings.word_embeddings", "embeddings.position_embeddings", "embeddings.token_type_embeddings")
_LAYER = (
    *(f"attention.self.{part}" for part in ("query", "key", "value")),
    *("attention.output.dense", "attention.output.LayerNorm"),
    *("intermediate.dense", "output.dense", "output.LayerNorm"),
)


class Shape(NamedTuple):
    """What the graph needs to know beside the weights."""

    layers: int
    heads: int
    hidden: int
    epsilon: float


def names_of(layers: int) -> set[str]:
    """Names of all weights of an encoder without pooling layer."""
    parts = ["embeddings.LayerNorm", *(f"encoder.layer.{n}.{part}" for n in range(layers) for part in _LAYER)]
    return {f"{name}.weight" for name in (*_WHOLE, *parts)} | {f"{part}.bias" for part in parts}


def encoder(weights: Weights, shape: Shape, *, in_bytes: bool) -> bytes:
    """The ONNX model, with its large matrices in int8 if `in_bytes`."""
    graph = Graph()
    times = byte_product if in_bytes else product
    mask = graph.add("Cast", MASK, to=TensorProto.INT32)
    hidden = _embedded(graph, weights, shape, in_bytes)
    for number in range(shape.layers):
        layer = {name: weights[f"encoder.layer.{number}.{name}"] for name in _names_in_layer()}
        last = HIDDEN if number == shape.layers - 1 else ""
        hidden = _layer(graph, hidden, mask, layer, shape, times, f"layer.{number}", last)
    return graph.serialised((PIECES, MASK), HIDDEN, shape.hidden)


def _names_in_layer() -> list[str]:
    return [f"{part}.{kind}" for part in _LAYER for kind in ("weight", "bias")]


def _embedded(graph: Graph, weights: Weights, shape: Shape, in_bytes: bool) -> str:
    table = weights["embeddings.word_embeddings.weight"]
    if in_bytes:
        words = byte_rows(graph, table, PIECES, "words")
    else:
        words = graph.add("Gather", graph.constant("words", table), PIECES)
    places = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
    summed = graph.add("Add", words, _first(graph, places))
    return _norm(graph, summed, weights["embeddings.LayerNorm.weight"], weights["embeddings.LayerNorm.bias"], shape)


def _first(graph: Graph, places: Floats) -> str:
    """As many rows of `places` as a query has pieces."""
    count = graph.add("Shape", PIECES, start=1, end=2)
    zero = graph.constant("zero", np.array([0], np.int64))
    return graph.add("Slice", graph.constant("places", places), zero, count, zero)


def _norm(graph: Graph, values: str, weight: Floats, bias: Floats, shape: Shape) -> str:
    of = graph.constant("embeddings.norm", weight), graph.constant("embeddings.norm.bias", bias)
    return graph.add("LayerNormalization", values, *of, axis=-1, epsilon=shape.epsilon)


def _layer(graph: Graph, hidden: str, mask: str, w: Weights, shape: Shape, times: Product, name: str, last: str) -> str:
    def added(values: str, part: str, norm: str, before: str, output: str = "") -> str:
        """Values times the matrix of a part, plus its bias and what was before, normed."""
        matrix = times(graph, values, w[f"{part}.weight"].T, f"{name}.{part}")
        constants = [
            graph.constant(f"{name}.{key}", w[key]) for key in (f"{norm}.weight", f"{norm}.bias", f"{part}.bias")
        ]
        return graph.fused("SkipLayerNormalization", matrix, before, *constants, named=output, epsilon=shape.epsilon)

    attended = _attended(graph, hidden, mask, w, shape, times, name)
    middle = added(attended, "attention.output.dense", "attention.output.LayerNorm", hidden)
    wide = times(graph, middle, w["intermediate.dense.weight"].T, f"{name}.intermediate")
    active = graph.fused("BiasGelu", wide, graph.constant(f"{name}.intermediate.bias", w["intermediate.dense.bias"]))
    return added(active, "output.dense", "output.LayerNorm", middle, last)


def _attended(graph: Graph, hidden: str, mask: str, w: Weights, shape: Shape, times: Product, name: str) -> str:
    """Queries, keys and values in one product, then attention by head."""
    parts: tuple[Any, ...] = tuple(f"attention.self.{part}" for part in ("query", "key", "value"))
    joined = np.concatenate([w[f"{part}.weight"].T for part in parts], axis=1)
    bias = np.concatenate([w[f"{part}.bias"] for part in parts])
    found = graph.add("Add", times(graph, hidden, joined, f"{name}.attention"), graph.constant(f"{name}.bias", bias))
    query, key, value = (_columns(graph, found, shape.hidden, n) for n in range(3))
    return graph.fused("MultiHeadAttention", query, key, value, "", mask, num_heads=shape.heads)


def _columns(graph: Graph, values: str, width: int, number: int) -> str:
    start, end, axis = (
        graph.constant(f"columns.{at}", np.array([at], np.int64)) for at in (number * width, (number + 1) * width, 2)
    )
    return graph.add("Slice", values, start, end, axis)
