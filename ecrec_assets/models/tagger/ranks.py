"""AdaLoRA's ranks: many at first, moved during training to the layers that need them.

Zhang et al. 2023, arXiv:2303.10512.
"""

from __future__ import annotations

from typing import Any

import torch

ADAPTER = "default"  # peft's name of the one adapter of a model
WARM, SETTLED = 0.1, 0.3  # shares of all steps before the first rank is cut and after the last
CUTS = 50  # how often ranks are cut in between
PARTS = ("importance", "uncertainty", "rank")


class Ranks:
    """peft's AdaLoRA on an encoder, in place, and what it remembers from step to step."""

    def __init__(self, encoder: Any, size: int, steps: int) -> None:
        """`size` is the mean rank at the end; it starts at one and a half times that, as in the paper."""
        from peft import AdaLoraConfig, AdaLoraModel

        first = -(-size * 3 // 2)
        config = AdaLoraConfig(
            init_r=first,
            target_r=size,
            lora_alpha=2 * first,
            tinit=round(WARM * steps),
            tfinal=round(SETTLED * steps),
            deltaT=max(1, steps // CUTS),
            total_step=steps,
            target_modules="all-linear",
        )
        self._tuner = AdaLoraModel(encoder, config, ADAPTER)

    def penalty(self) -> torch.Tensor:
        """Keeps the two bases of every layer orthogonal (equation 4)."""
        off = [_off_orthogonal(name, weights) for name, weights in self._tuner.named_parameters() if _is_base(name)]
        weight: float = self._config.orth_reg_weight
        return weight * torch.stack(off).mean()

    def after_step(self, step: int) -> None:
        """Cuts ranks; `step` counts from 0, and the gradients of this step must still be there."""
        self._tuner.update_and_allocate(step)

    def state(self) -> dict[str, torch.Tensor]:
        """What a checkpoint must keep beside the weights."""
        kept = (
            self._tuner.rankallocator.exp_avg_ipt,
            self._tuner.rankallocator.exp_avg_unc,
            {name: torch.tensor(mask) for name, mask in (self._config.rank_pattern or {}).items()},
        )
        return {
            f"{part}/{name}": value for part, values in zip(PARTS, kept, strict=True) for name, value in values.items()
        }

    def restore(self, state: dict[str, torch.Tensor]) -> None:
        """Puts back what `state` gave."""
        parts: dict[str, dict[str, torch.Tensor]] = {part: {} for part in PARTS}
        for name, value in state.items():
            part, _, weights = name.partition("/")
            parts[part][weights] = value
        allocator = self._tuner.rankallocator
        allocator.exp_avg_ipt, allocator.exp_avg_unc = parts["importance"], parts["uncertainty"]
        allocator.ipt = dict.fromkeys(parts["importance"])  # names that are known; the values are made at each step
        self._config.rank_pattern = {name: mask.tolist() for name, mask in parts["rank"].items()} or None

    @property
    def _config(self) -> Any:
        return self._tuner.peft_config[ADAPTER]


def _is_base(name: str) -> bool:
    return f"lora_A.{ADAPTER}" in name or f"lora_B.{ADAPTER}" in name


def _off_orthogonal(name: str, weights: torch.Tensor) -> torch.Tensor:
    product = weights @ weights.T if "lora_A" in name else weights.T @ weights
    return torch.linalg.matrix_norm(product - torch.eye(len(product)))
