from __future__ import annotations

import copy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import torch

from ecrec_assets.models.tagger.adapter_folder import AdapterError, attach, onto, write
from ecrec_assets.models.tagger.adapters import Added, Tuning, add, encoder_of, plain_weights
from tests.models.tagger.conftest import tiny_network

METHODS: tuple[Tuning, ...] = ("lora", "adalora", "prefix", "adapter")
STEPS = 40
PIECES = torch.tensor([[101, 2304, 9850, 2104, 102], [101, 7852, 102, 0, 0]])
MASK = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]])
LABELS = torch.tensor([[-100, 1, 2, 0, -100], [-100, 3, -100, -100, -100]])


@cache
def _made() -> Any:
    return tiny_network().model


def tiny_model() -> Any:
    return copy.deepcopy(_made())


def tagged(model: Any) -> torch.Tensor:
    with torch.inference_mode():
        return model.eval()(input_ids=PIECES, attention_mask=MASK).logits.clone()


def trained(method: Tuning, *, steps: int = STEPS) -> tuple[Any, Added, list[float]]:
    """A tiny model, a few steps on one batch, and the loss of each."""
    torch.manual_seed(3)
    model = tiny_model()
    added = add(model, method, size=4, steps=STEPS)
    assert added is not None
    return model, added, learn(model, added, range(steps))


def learn(model: Any, added: Added, steps: range, optimiser: Any = None) -> list[float]:
    optimiser = optimiser or torch.optim.AdamW([w for w in model.parameters() if w.requires_grad], lr=0.02)
    losses = []
    model.eval()  # no dropout: what is compared does not depend on chance
    for step in steps:
        loss = model(input_ids=PIECES, attention_mask=MASK, labels=LABELS).loss
        optimiser.zero_grad()
        (loss + added.penalty()).backward()
        optimiser.step()
        added.after_step(step)
        losses.append(float(loss))
    return losses


def test_full_tuning_adds_nothing_and_freezes_nothing() -> None:
    model = tiny_model()
    assert add(model, "full", size=8, steps=10) is None
    assert all(weights.requires_grad for weights in model.parameters())


@pytest.mark.parametrize("method", METHODS)
def test_the_encoder_stays_as_it_is_and_the_loss_falls(method: Tuning) -> None:
    before = dict(encoder_of(tiny_model()).state_dict())
    model, added, losses = trained(method)
    after = encoder_of(model).state_dict()
    changed = [name for name, value in before.items() if not _same(name, value, after)]
    assert losses[-1] < losses[0] / 4
    assert [name for name in changed if method != "adapter" or "LayerNorm" not in name] == []
    names = set(added.trained())
    assert {"classifier.weight", "classifier.bias"} < names
    assert sum(weights.numel() for weights in added.trained().values()) < 12_000
    assert set(names) == {name for name, weights in model.named_parameters() if weights.requires_grad}


def _same(name: str, value: torch.Tensor, after: dict[str, torch.Tensor]) -> bool:
    stem, _, last = name.rpartition(".")
    return torch.equal(value, after[name] if name in after else after[f"{stem}.base_layer.{last}"])


@pytest.mark.parametrize("method", METHODS)
def test_an_answer_does_not_depend_on_the_padding(method: Tuning) -> None:
    model, _, _ = trained(method)
    with torch.inference_mode():
        alone = model(input_ids=PIECES[1:, :3], attention_mask=MASK[1:, :3]).logits
    assert torch.allclose(alone, tagged(model)[1:, :3], atol=1e-5)


@pytest.mark.parametrize("method", METHODS)
def test_vectors_of_pieces_can_stand_for_the_pieces(method: Tuning) -> None:
    model, _, _ = trained(method, steps=2)
    vectors = model.get_input_embeddings()(PIECES)
    with torch.inference_mode():
        found = model(inputs_embeds=vectors, attention_mask=MASK).logits
    assert torch.allclose(found, tagged(model), atol=1e-6)


def test_a_prefix_leaves_the_words_of_a_query_at_their_own_positions() -> None:
    plain = encoder_of(tiny_model())
    with torch.inference_mode():
        expected = plain.embeddings(input_ids=PIECES)
    model, _, _ = trained("prefix")
    seen: list[torch.Tensor] = []
    encoder_of(model).embeddings.register_forward_hook(lambda _, __, states: seen.append(states))
    tagged(model)
    assert torch.equal(seen[0], expected)


@pytest.mark.parametrize("method", ["lora", "adalora"])
def test_lora_and_adalora_are_summed_into_a_model_that_answers_the_same(method: Tuning) -> None:
    model, _, _ = trained(method)
    plain = tiny_model()
    assert plain_weights(model).keys() == plain.state_dict().keys()
    plain.load_state_dict(plain_weights(model))
    assert torch.allclose(tagged(plain), tagged(model), atol=1e-5)
    assert not torch.allclose(tagged(plain), tagged(tiny_model()), atol=1e-2)


def test_adalora_ends_with_the_ranks_it_was_given_where_they_matter_most() -> None:
    model, _, _ = trained("adalora")
    ranks = [int((weights != 0).sum()) for name, weights in model.named_parameters() if "lora_E" in name]
    assert len(ranks) == 6
    assert sum(ranks) <= 6 * 4
    assert max(ranks) > min(ranks)


def test_adalora_goes_on_from_its_state_as_if_it_had_not_stopped() -> None:
    whole, _, _ = trained("adalora")
    torch.manual_seed(3)
    model = tiny_model()
    added = add(model, "adalora", size=4, steps=STEPS)
    assert added is not None
    optimiser = torch.optim.AdamW([w for w in model.parameters() if w.requires_grad], lr=0.02)
    learn(model, added, range(25), optimiser)
    assert added.ranks is not None
    kept = {name: value.clone() for name, value in added.ranks.state().items()}
    again = add(fresh := tiny_model(), "adalora", size=4, steps=STEPS)
    assert again is not None and again.ranks is not None
    fresh.load_state_dict(model.state_dict())
    other = torch.optim.AdamW([w for w in fresh.parameters() if w.requires_grad], lr=0.02)
    other.load_state_dict(optimiser.state_dict())
    again.ranks.restore(kept)
    learn(fresh, again, range(25, STEPS), other)
    assert all(torch.equal(value, fresh.state_dict()[name]) for name, value in whole.state_dict().items())


@pytest.mark.parametrize("method", METHODS)
def test_the_base_and_the_small_file_are_the_whole_model(method: Tuning, tmp_path: Path) -> None:
    model, added, _ = trained(method)
    place = write(added, tmp_path)
    size = (place / "adapter.safetensors").stat().st_size
    assert size < sum(4 * weights.numel() for weights in model.parameters()) / 10
    again = tiny_model()
    torch.nn.init.zeros_(again.classifier.weight)
    onto(again, place)
    assert torch.equal(tagged(again), tagged(model))


@pytest.mark.parametrize("method", METHODS)
def test_a_folder_with_an_adapter_answers_as_it_was_trained(method: Tuning, tmp_path: Path) -> None:
    model, added, _ = trained(method)
    write(added, tmp_path)
    served = tiny_model()
    served.load_state_dict(plain_weights(model))
    attach(served, tmp_path)
    assert torch.allclose(tagged(served), tagged(model), atol=1e-5)


def test_an_adapter_is_not_put_onto_another_base(tmp_path: Path) -> None:
    _, added, _ = trained("adapter")
    place = write(added, tmp_path)
    other = tiny_model()
    with torch.no_grad():
        encoder_of(other).embeddings.word_embeddings.weight[0, 0] += 1
    with pytest.raises(AdapterError, match="trained on another base"):
        onto(other, place)


def test_a_broken_adapter_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    _, added, _ = trained("adapter", steps=1)
    place = write(added, tmp_path)
    (place / "adapter.json").write_text('{"method": "adapter", "size": 5, "base": ""}')
    with pytest.raises(AdapterError, match=r"adapter\.safetensors does not fit the model: 6 of 16 weights"):
        attach(tiny_model(), tmp_path)
    (place / "adapter.safetensors").write_bytes(b"not a tensor")
    with pytest.raises(AdapterError, match=r"adapter\.safetensors cannot be read"):
        attach(tiny_model(), tmp_path)
    (place / "adapter.json").write_text('{"method": "magic"}')
    with pytest.raises(AdapterError, match=r"adapter\.json cannot be read as an adapter"):
        attach(tiny_model(), tmp_path)


@pytest.mark.parametrize("method", ["prefix", "adapter"])
def test_an_encoder_of_another_family_is_refused(method: Tuning) -> None:
    class Other(torch.nn.Module):
        base_model_prefix = "body"

        def __init__(self) -> None:
            super().__init__()
            self.body = torch.nn.Sequential(torch.nn.Linear(4, 4))
            self.body.config = type("Config", (), {"model_type": "t5"})()

    with pytest.raises(ValueError, match="not"):
        add(Other(), method, size=2, steps=1)
