"""What a household will buy in the next weeks: its own rhythm mixed with what similar households buy."""
