"""What a user will buy in the next weeks: its own rhythm mixed with what similar users buy."""
