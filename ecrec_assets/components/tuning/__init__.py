"""The search for better settings of a model: what is tried, what was found, and what the next training takes."""
