"""Columns that are probably about a person: by their name, and by what their values look like."""

from __future__ import annotations

from itertools import pairwise

import polars as pl

from ecrec_assets.contracts.draft.finding import Role
from ecrec_assets.contracts.draft.profile import VALUE, ColumnProfile
from ecrec_assets.contracts.draft.roles import words_of

PEOPLE = {"user", "customer", "client", "household", "person", "member", "patient", "employee", "buyer", "visitor"}
PEOPLE |= {"subscriber", "account", "login", "session", "device", "shopper", "reviewer", "passenger", "guest"}
IDENTITY = {"email", "mail", "phone", "mobile", "telephone", "fax", "address", "street", "surname", "firstname"}
IDENTITY |= {"lastname", "fullname", "username", "ssn", "passport", "iban", "birthday", "birthdate", "dob", "ip"}
TRAITS = {
    "age",
    "gender",
    "sex",
    "income",
    "marital",
    "religion",
    "ethnicity",
    "nationality",
    "occupation",
    "education",
}
TRAITS |= {"salary", "kids", "children", "ownership", "disability"}
PAIRS = {
    ("first", "name"),
    ("last", "name"),
    ("full", "name"),
    ("birth", "date"),
    ("home", "phone"),
    ("family", "name"),
}
LOOKS = {
    "e-mail address": r"^[^@\s]+@[^@\s]+\.[A-Za-z]{2,}$",
    "phone number": r"^\+?\(?\d{2,4}\)?([ ./-]\(?\d{2,4}\)?){2,4}$|^\+\d{8,15}$",
    "IP address": r"^(\d{1,3}\.){3}\d{1,3}$",
    "bank account": r"^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$",
    "street address": r"^\d{1,5}[A-Za-z]? [\w' .-]+ (?i:street|st|road|rd|avenue|ave|lane|ln|drive|dr|way|court)\b.*$",
    "street and number": r"^[\w' .-]+(?i:straße|strasse|weg|platz|allee|gasse) ?\d{1,4}[a-z]?$",
}
MOST = 0.8  # of the different values have to look so
LOOKED_AT = 10_000


def classification(column: ColumnProfile, role: Role) -> tuple[str, str]:
    """`personal` or `pseudonymous`, and why; two empty texts when neither. Values are looked at, never told."""
    words = words_of(column.name)
    if (look := _look(column)) is not None:
        return "personal", f"the values look like those of: {look}"
    if set(words) & IDENTITY or any(pair in PAIRS for pair in pairwise(words)):
        return "personal", "by its name"
    if set(words) & PEOPLE and "name" in words:
        return "personal", "by its name"
    if set(words) & TRAITS or (set(words) & PEOPLE and role == "class"):
        return "personal", "by its name, a trait of a person"
    if set(words) & PEOPLE and role == "identifier":
        return "pseudonymous", "by its name, it tells people apart"
    return "", ""


def _look(column: ColumnProfile) -> str | None:
    if column.dtype != pl.String() or column.distinct < 3:
        return None
    values = column.counts[VALUE].head(LOOKED_AT).str.strip_chars()
    shares = {look: values.str.contains(pattern).mean() for look, pattern in LOOKS.items()}
    return next((look for look, share in shares.items() if isinstance(share, float) and share >= MOST), None)
