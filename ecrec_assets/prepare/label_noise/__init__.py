"""Wrong labels: how many there are, which they probably are, and what people decided about them."""
