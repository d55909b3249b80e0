"""Where a shop's labelled queries are, and how a tagger is trained on them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Text = Annotated[str, StringConstraints(min_length=1)]
OWN_COLUMNS = ("id", "text", "tokens", "tags")


class QueryRole(BaseModel):
    """Queries with a tag for each word: files, one a split, or a source of this shop.

    What is not given of `validation` and `test` is taken from `train`, a tenth of the queries each, by a hash of their
    text, so that the same query always falls into the same split.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    train: Text | None = Field(None, description="JSON lines, CoNLL, CSV or Parquet; a pattern such as labels/*.jsonl")
    validation: Text | None = Field(None, description="queries that choose the epoch and the settings")
    test: Text | None = Field(None, description="queries that only measure")
    source: Text | None = Field(None, description="name of a source, instead of files")
    split: Text | None = Field(None, description="its column of train, validation and test")
    id: Text | None = Field(None, description="column of the id; query_id, example_id or id when it is not given")
    text: Text | None = Field(None, description="column of the query as typed; text or query when it is not given")
    tokens: Text | None = Field(None, description="column of the words; tokens or words, else the text at its blanks")
    tags: Text | None = Field(None, description="column of the tags; tags or labels when it is not given")
    annotators: tuple[Text, ...] = Field((), description="files in which others labelled queries again, by id")
    training: dict[str, Any] = Field({}, description="options of the training, such as {epochs: 10}")

    @model_validator(mode="after")
    def _fits_together(self) -> QueryRole:
        if (self.train is None) == (self.source is None):
            raise ValueError("give either 'train', a file, or 'source', the name of a source")
        if self.source and (self.validation or self.test):
            raise ValueError("validation and test are files beside 'train'; a source has the column 'split'")
        if self.split and not self.source:
            raise ValueError("split is a column of a 'source'; files are named by their split")
        named = [file for file in (self.train, self.validation, self.test, *self.annotators) if file]
        if twice := next((file for file in named if named.count(file) > 1), None):
            raise ValueError(f"the file '{twice}' is named twice")
        return self

    @property
    def files(self) -> dict[str, str]:
        """The file of each split that has one."""
        given = {"train": self.train, "validation": self.validation, "test": self.test}
        return {split: file for split, file in given.items() if file}

    @property
    def columns(self) -> dict[str, str]:
        """The columns that are named; the others go by their usual names."""
        return {part: name for part in OWN_COLUMNS if (name := getattr(self, part))}
