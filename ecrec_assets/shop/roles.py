"""Which column of a source plays which part in a purchase."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Cancellation(BaseModel):
    """How a line says that it takes back an earlier one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str = Field(description="such as the number of the invoice")
    starts_with: str = Field(
        min_length=1, description="what its value starts with in a line that takes back, such as C"
    )


class Roles(BaseModel):
    """The columns of a source that make a purchase. One line is an item in a basket."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str = Field(description="name of the source")
    user: str = Field(description="who bought; empty where nobody was signed in")
    item: str = Field(description="code of what was bought")
    time: str = Field(description="when")
    quantity: str | None = Field(None, description="pieces; 1 a line when it is not given")
    price: str | None = Field(None, description="of a piece")
    text: str | None = Field(None, description="what the item is called")
    basket: str | None = Field(None, description="bought together; all of a user's day when it is not given")
    cancellation: Cancellation | None = Field(
        None, description="lines that take back earlier ones; negative quantities when it is not given"
    )
    not_products: tuple[str, ...] | None = Field(
        None, description="codes that are no goods, such as POST; * stands for any characters, as in gift_*"
    )
