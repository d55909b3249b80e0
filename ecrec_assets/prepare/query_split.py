"""Which product types are only seen in validation and test, so that no item text leaks out of training."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from random import Random
from typing import NamedTuple

from ecrec_assets.prepare.query_catalogue import ProductType
from ecrec_assets.prepare.query_phrases import JOINING, Phrase, singular

SPLITS = ("train", "validation", "test")
MOST_TYPES_HELD_OUT_TOGETHER = 12


class Assignment(NamedTuple):
    """The product types of each split by section, and the phrases that only validation or only test may contain."""

    types: dict[str, tuple[tuple[ProductType, ...], ...]]
    held_out: dict[str, frozenset[Phrase]]

    def draw(self, split: str, random: Random) -> ProductType | None:
        """A product type of the split; every section has the same chance, also one with few types. None without any."""
        sections = self.types[split]
        return random.choice(random.choice(sections)) if sections else None

    def allows(self, split: str, words: Sequence[str]) -> bool:
        """False when the words contain, in one piece, a phrase held out for another split."""
        runs = set(word_runs(words))
        return not any(runs & phrases for owner, phrases in self.held_out.items() if owner != split)


def assign(types: Sequence[ProductType], share: float, random: Random) -> Assignment:
    """Holds out `share` of the product types for validation and as many for test.

    Types that share a phrase go together. A type stays in training when its name is part of a section's name (every
    query about the section would give it away) or when it shares phrases with very many others.
    """
    sections = {run for kind in types for phrase in (*kind.sections, *kind.department) for run in word_runs(phrase)}
    groups = _groups(types)
    random.shuffle(groups)
    split_of = dict.fromkeys(range(len(types)), "train")
    free = (group for group in groups if _may_be_held_out([types[i] for i in group], sections))
    for split in SPLITS[1:]:
        for i in _up_to(round(share * len(types)), free):
            split_of[i] = split
    by_split = {split: [types[i] for i in range(len(types)) if split_of[i] == split] for split in SPLITS}
    held_out = {split: frozenset(_names(by_split[split])) for split in SPLITS[1:]}
    return Assignment({split: _by_section(kinds) for split, kinds in by_split.items()}, held_out)


def _by_section(types: Sequence[ProductType]) -> tuple[tuple[ProductType, ...], ...]:
    found: dict[tuple[Phrase, ...], list[ProductType]] = defaultdict(list)
    for kind in types:
        found[kind.sections].append(kind)
    return tuple(tuple(kinds) for kinds in found.values())


def word_runs(words: Sequence[str]) -> Iterator[Phrase]:
    """Every run of up to five words, in the singular and without joining words."""
    plain = [singular(word) for word in words if word not in JOINING]
    for length in range(1, 6):
        for start in range(len(plain) - length + 1):
            yield tuple(plain[start : start + length])


def _names(types: Iterable[ProductType]) -> Iterator[Phrase]:
    """Each Item phrase as `word_runs` gives it, also with its last word first."""
    for kind in types:
        for name in kind.names:
            plain = tuple(singular(word) for word in name if word not in JOINING)
            yield from {plain, (*plain[1:], plain[0]), (plain[-1], *plain[:-1])}


def _may_be_held_out(group: Sequence[ProductType], sections: set[Phrase]) -> bool:
    if len(group) > MOST_TYPES_HELD_OUT_TOGETHER or not all(kind.names for kind in group):
        return False
    return not any(name in sections for name in _names(group))


def _groups(types: Sequence[ProductType]) -> list[list[int]]:
    """Connected components of types, two being connected when they share an Item phrase."""
    first_of: dict[frozenset[str], int] = {}
    parent = list(range(len(types)))
    for i, kind in enumerate(types):
        for name in _names([kind]):
            other = first_of.setdefault(frozenset(name), i)
            parent[_root(parent, i)] = _root(parent, other)
    members: dict[int, list[int]] = defaultdict(list)
    for i in range(len(types)):
        members[_root(parent, i)].append(i)
    return list(members.values())


def _root(parent: list[int], i: int) -> int:
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


def _up_to(count: int, groups: Iterator[list[int]]) -> Iterator[int]:
    taken = 0
    while taken < count:
        group = next(groups, None)
        if group is None:
            return
        taken += len(group)
        yield from group
