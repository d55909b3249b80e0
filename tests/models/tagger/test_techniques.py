"""Each technique of training by itself."""

from __future__ import annotations

import math
from random import Random

import pytest
import torch
from pydantic import ValidationError

from ecrec_assets.models.tagger.adversarial import add_adversarial_gradient
from ecrec_assets.models.tagger.agreement import disagreement
from ecrec_assets.models.tagger.averaging import Average
from ecrec_assets.models.tagger.balance import MOST, drawn, query_weights
from ecrec_assets.models.tagger.config import TaggerConfig
from ecrec_assets.models.tagger.optimiser import optimiser_of, set_rate
from ecrec_assets.models.tagger.segment_head import SegmentHead, segments_of_tags
from ecrec_assets.models.tagger.segments import log_partition, only_possible
from ecrec_assets.models.tagger.soft_targets import Segment
from tests.models.tagger.conftest import LABELS, tiny_network
from tests.models.tagger.test_segments import random_scores, segmentations


def test_lower_layers_learn_more_slowly_and_word_vectors_slowest() -> None:
    model = tiny_network(layers=2).model
    optimiser = optimiser_of(model, TaggerConfig(layer_decay=0.5))
    set_rate(optimiser, 0.8)
    rates = {id(weights): group["lr"] for group in optimiser.param_groups for weights in group["params"]}
    of = {name: rates[id(weights)] for name, weights in model.named_parameters()}
    assert of["classifier.weight"] == of["bert.encoder.layer.1.output.dense.weight"] == pytest.approx(0.8)
    assert of["bert.encoder.layer.0.output.dense.weight"] == pytest.approx(0.4)
    assert of["bert.embeddings.word_embeddings.weight"] == pytest.approx(0.2)


def test_only_matrices_decay() -> None:
    model = tiny_network().model
    groups = optimiser_of(model, TaggerConfig()).param_groups
    free = {id(weights) for group in groups if group["weight_decay"] == 0 for weights in group["params"]}
    names = {name for name, weights in model.named_parameters() if id(weights) in free}
    assert all(name.endswith(("bias", "LayerNorm.weight")) for name in names)
    assert sum(len(group["params"]) for group in groups) == len(list(model.parameters()))


def test_the_average_follows_the_weights_and_leaves_them_alone() -> None:
    network = tiny_network()
    average, bias = Average(network, 0.9), network.model.classifier.bias
    start = bias.detach().clone()
    with torch.no_grad():
        bias += 1
    average.update(1)
    after_one = 1 - 2 / 11  # the decay of the first step is 2/11
    assert torch.allclose(average.network.model.classifier.bias, start + after_one)
    for step in range(2, 200):
        average.update(step)
    assert torch.allclose(average.network.model.classifier.bias, start + 1, atol=1e-5)
    assert torch.equal(bias, start + 1)


def test_disagreement_is_the_mean_of_both_divergences_over_all_segmentations() -> None:
    lengths = torch.tensor([4])
    one, other = (only_possible(random_scores(1, 4, 3, seed), lengths) for seed in (1, 2))

    def logs(scores: torch.Tensor) -> list[float]:
        whole = log_partition(scores, lengths).item()
        return [sum(scores[0, *part].item() for part in parts) - whole for parts in segmentations(4, 3)]

    p, q = logs(one), logs(other)
    both = sum((math.exp(a) - math.exp(b)) * (a - b) for a, b in zip(p, q, strict=True)) / 2
    assert disagreement(one, other, lengths).item() == pytest.approx(both)
    assert disagreement(one, one, lengths).item() == 0


def test_the_adversarial_step_adds_the_gradient_where_the_loss_is_worse_and_goes_back() -> None:
    vectors = torch.nn.Parameter(torch.tensor([[1.0, 2.0], [3.0, 4.0]]))

    def loss() -> torch.Tensor:
        return (vectors[0] ** 2).sum()

    loss().backward()
    before = vectors.detach().clone()
    add_adversarial_gradient(vectors, 0.5, loss)
    moved = before[0] * (1 + 0.5 / before[0].norm())  # the gradient points away from 0
    assert torch.allclose(vectors.grad[0], 2 * before[0] + 2 * moved)
    assert torch.equal(vectors.grad[1], torch.zeros(2))
    assert torch.equal(vectors.detach(), before)


def test_frozen_vectors_have_no_adversarial_step() -> None:
    vectors = torch.nn.Parameter(torch.ones(2, 2), requires_grad=False)
    add_adversarial_gradient(vectors, 0.5, lambda: pytest.fail("no step without a gradient"))


def test_queries_of_rare_types_weigh_more_and_the_mean_is_one() -> None:
    common, rare = [Segment("Item", 0, 1, 1.0)], [Segment("Price", 0, 1, 1.0), Segment("Item", 1, 2, 1.0)]
    weights = query_weights([*[common] * 98, rare, rare])
    assert sum(weights) == pytest.approx(100)
    assert weights[-1] / weights[0] == pytest.approx(min(MOST, math.sqrt(51 / 2)))
    chosen = drawn(weights, Random(1))
    assert len(chosen) == 100
    assert sum(place >= 98 for place in drawn(weights * 10, Random(1))) > 60


def test_queries_without_spans_weigh_one() -> None:
    assert query_weights([[Segment("O", 0, 1, 1.0)]] * 3) == [1, 1, 1]


def test_the_segment_head_reads_both_ends_and_the_middle() -> None:
    head = SegmentHead(4, 2, size=8, longest=3, dropout=0.0)
    words = torch.randn(2, 5, 4)
    scores = head(words)
    assert scores.shape == (2, 5, 3, 3)
    by_hand = head.first(words[1, 1]) + head.last(words[1, 3]) + head.mean(words[1, 1:4].mean(0)) + head.width.weight[2]
    assert torch.allclose(scores[1, 1, 2], head.score(torch.nn.functional.gelu(by_hand)), atol=1e-5)
    assert head(words[:, :2]).shape == (2, 2, 2, 3)


def test_word_by_word_tags_score_a_segment_by_the_sum_of_its_words() -> None:
    logs = torch.log_softmax(torch.randn(1, 4, 7), -1)
    scores = segments_of_tags(logs, 3)
    begins, inside = LABELS.ids["B-Price"], LABELS.ids["I-Price"]
    expected = logs[0, 1, begins] + logs[0, 2, inside] + logs[0, 3, inside]
    assert torch.isclose(scores[0, 1, 2, 1 + LABELS.types.index("Price")], expected)
    assert torch.equal(scores[0, :, 0, 0], logs[0, :, 0])


def test_settings_that_exclude_each_other_are_refused() -> None:
    with pytest.raises(ValidationError, match="averaging does not go with tuning=adalora"):
        TaggerConfig(tuning="adalora", averaging=0.9)


def test_settings_for_labels_of_people_can_be_changed_one_by_one() -> None:
    config = TaggerConfig.labelled(seed=3)
    assert (config.seed, config.head, config.agreement) == (3, "segments", 1.0)
    assert config == TaggerConfig.labelled().model_copy(update={"seed": 3})
    assert TaggerConfig().head == "tokens"
