from __future__ import annotations

import torch

from ecrec_assets.models.tagger.batches import encode, padded
from tests.models.tagger.conftest import tiny_network


def test_padding_to_128_pieces_changes_no_output_and_no_gradient() -> None:
    """So that batches of like length learn the same from a batch as the textbook's."""
    network = tiny_network(layers=2)
    examples = encode(
        network.tokenizer, [["milk"], ["white", "bread"], ["apple", "pie", "under", "$3"]], most_pieces=64
    )
    outputs, gradients = [], []
    for length in (0, 128):
        batch = padded(examples, [0, 1, 2], network.tokenizer.pad_token_id, length=length)
        found = network.log_probabilities(batch)
        real = torch.arange(found.shape[1])[None] < batch.lengths[:, None]
        network.model.zero_grad()
        found[real][:, 1].sum().backward()
        outputs.append(found[real])
        gradients.append(torch.cat([weights.grad.flatten() for weights in network.model.parameters()]))
    assert gradients[0].norm() > 0.1
    assert (outputs[0] - outputs[1]).abs().max() < 1e-5
    assert (gradients[0] - gradients[1]).abs().max() < 1e-5
