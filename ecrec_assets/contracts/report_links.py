"""Where the page of a verdict lies in the report; light enough for everyone to import."""


def page_of(contract: str, verdict_id: str) -> str:
    """`raw/products`, `20170101T…` -> `verdicts/raw/products/20170101T….html`, relative to the report's root."""
    return f"verdicts/{contract}/{verdict_id}.html"
