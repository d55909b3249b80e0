"""The settings that the table of `tagger_quality` compares, by name.

Rows from `plain` to `labelled` add one technique after another; the rows below add one to `segments, averaging`, which
trains in half the time of `labelled` because it reads each query once.
"""

from __future__ import annotations

from ecrec_assets.models.tagger.config import TaggerConfig

ONCE = TaggerConfig.labelled(agreement=0.0, epochs=5)
TOKENS = ONCE.model_copy(update={"head": "tokens", "pooling": "first", "decoding": "likeliest", "averaging": 0.0})


def _once(**changes: object) -> TaggerConfig:
    return TaggerConfig.model_validate({**ONCE.model_dump(), **changes})


SETTINGS: dict[str, TaggerConfig] = {
    "plain": TaggerConfig(epochs=5, learning_rate=1e-4, batch_size=32, train_embeddings=True),
    "plain, batch 128": TOKENS,
    "plain, batch 128, expected F1": TOKENS.model_copy(update={"decoding": "expected_f1"}),
    "segments": _once(averaging=0.0, decoding="likeliest"),
    "segments, expected F1": _once(averaging=0.0),
    "segments, averaging": ONCE,
    "labelled": TaggerConfig.labelled(),
    "first piece": _once(pooling="first"),
    "layer decay": _once(layer_decay=0.85),
    "dropout 0.2": _once(dropout=0.2),
    "label smoothing": _once(label_smoothing=0.1),
    "adversarial": _once(adversarial=0.5),
    "balanced loss": _once(balance="loss"),
    "resampled": _once(balance="resample"),
    "R-Drop 3.0": TaggerConfig.labelled(agreement=3.0),
    "R-Drop, 6 epochs": TaggerConfig.labelled(epochs=6),
}
