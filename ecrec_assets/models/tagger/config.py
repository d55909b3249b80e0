"""How a query tagger is trained. Every technique is a setting, and off unless it paid on validation."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ecrec_assets.models.tagger.adapters import Tuning
from ecrec_assets.models.tagger.model import Precision

Head = Literal["tokens", "segments"]
Balance = Literal["none", "loss", "resample"]
Decoding = Literal["likeliest", "expected_f1"]


class TaggerConfig(BaseModel):
    """The defaults are for many weak labels, two cores and about two minutes; `labelled()` is for labels of people."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    epochs: int = Field(2, ge=1, description="passes over the training queries")
    batch_size: int = Field(32, ge=1, description="queries a step")
    learning_rate: float = Field(5e-4, gt=0, description="highest rate, reached after the warm-up")
    layer_decay: float = Field(1.0, gt=0, le=1, description="factor of the rate from each layer to the one below it")
    warmup: float = Field(0.1, ge=0, lt=1, description="share of all steps in which the rate rises from 0")
    weight_decay: float = Field(0.01, ge=0, description="of AdamW; biases and norms have none")
    clip: float = Field(1.0, gt=0, description="largest norm of the gradient")
    most_pieces: int = Field(64, ge=8, le=512, description="word pieces read of one training query")
    train_embeddings: bool = Field(False, description="also change the vectors of word pieces, half of all weights")
    precision: Precision = Field("auto", description="auto: bf16 where the processor has it, else fp32")
    threads: int = Field(2, ge=1, description="processor threads; two trainers on the same cores collapse")
    seed: int = Field(1, ge=0, description="of the head, the order of queries and dropout")
    head: Head = Field("tokens", description="tags word by word, or whole segments with exact likelihood")
    head_size: int = Field(256, ge=1, description="hidden width of the segment head")
    pooling: Literal["first", "mean"] = Field("first", description="pieces that stand for a word")
    decoding: Decoding = Field("likeliest", description="the likeliest tags, or the spans of the best expected F1")
    span_price: float | None = Field(
        None, ge=0, le=1, description="least probability of a span under expected_f1; none: chosen on validation"
    )
    dropout: float | None = Field(None, ge=0, lt=1, description="of encoder and head; none: as the base has it")
    label_smoothing: float = Field(
        0.0, ge=0, lt=1, description="share of the target spread over all types of a segment"
    )
    averaging: float = Field(0.0, ge=0, lt=1, description="decay of the moving average of the weights; 0: none")
    agreement: float = Field(0.0, ge=0, description="weight of R-Drop: two dropouts of one query shall agree")
    adversarial: float = Field(0.0, ge=0, description="length of the step that makes word vectors worst (FGM); 0: none")
    balance: Balance = Field("none", description="rare types count more in the loss, or are drawn more often")
    tuning: Tuning = Field("full", description="all weights, or few beside a frozen encoder (see `adapters`)")
    tuning_size: int = Field(16, ge=1, description="rank, or count or width of the added weights")

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.tuning == "adalora" and self.averaging:
            raise ValueError(
                "averaging does not go with tuning=adalora, which sets weights to 0 as it goes; choose one"
            )
        return self

    @classmethod
    def labelled(cls, **changes: Any) -> TaggerConfig:
        """Settings for some thousand queries with labels of people, chosen on QueryNER's validation split."""
        return cls(**{**LABELLED, **changes})


LABELLED: dict[str, Any] = {
    "epochs": 4,
    "batch_size": 128,
    "learning_rate": 4e-4,
    "train_embeddings": True,
    "head": "segments",
    "pooling": "mean",
    "decoding": "expected_f1",
    "averaging": 0.99,
    "agreement": 1.0,
}
