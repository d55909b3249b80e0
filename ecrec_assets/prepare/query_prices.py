"""What shoppers say about money, with the numbers taken from a price really paid."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random

CHEAP = (
    *("cheap", "cheapest", "inexpensive", "affordable", "low price", "low cost", "budget", "discounted", "on sale"),
    *("sale", "best price", "lowest price", "clearance", "good deal", "deals", "bargain", "discount", "half price"),
    *("bogo", "buy one get one free", "cheaper", "marked down", "least expensive", "special offer", "reduced price"),
)
BELOW = (
    *("under", "below", "less than", "less then", "up to", "at most", "max", "maximum", "no more than", "cheaper than"),
    *("within", "<", "not over", "for under", "for less than", "priced under", "lower than", "not more than"),
)
ABOVE = ("over", "above", "more than", "at least", "starting at", "from", "min", ">")
ABOUT = ("around", "about", "for", "for about", "roughly", "at", "price", "costs", "near")
AFTER = ("or less", "or under", "max", "tops", "or cheaper", "each", "a piece", "a pound", "per lb", "ea", "apiece")
SMALL = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"),
    *("fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)


def price_phrase(price: float, random: Random) -> list[str]:
    """The words of one price phrase about something that costs `price` dollars; never empty."""
    kinds: tuple[tuple[int, Callable[[float, Random], str]], ...] = (
        (34, _below),
        (24, lambda _, r: r.choice(CHEAP)),
        (10, _about),
        (8, _plain),
        (8, _several),
        (6, _between),
        (6, _tail),
        (4, _above),
    )
    weights = [weight for weight, _ in kinds]
    phrase = random.choices([make for _, make in kinds], weights)[0]
    return phrase(price, random).split()


def cheap_words(random: Random) -> list[str]:
    """A wish for a low price without a number."""
    return random.choice(CHEAP).split()


def _below(price: float, random: Random) -> str:
    return f"{random.choice(BELOW)} {money(_round_up(price, random), random)}"


def _above(price: float, random: Random) -> str:
    return f"{random.choice(ABOVE)} {money(max(1.0, math.floor(price)), random)}"


def _about(price: float, random: Random) -> str:
    return f"{random.choice(ABOUT)} {_marked(price, random)}"


def _plain(price: float, random: Random) -> str:
    return _marked(price, random)


def _tail(price: float, random: Random) -> str:
    return f"{_marked(_round_up(price, random), random)} {random.choice(AFTER)}"


def _several(price: float, random: Random) -> str:
    pieces = random.randint(2, 10)
    total = money(max(1.0, float(math.ceil(price * pieces))), random)
    return f"{pieces} {random.choice(('for', 'for', 'for only', '/'))} {total}"


def _between(price: float, random: Random) -> str:
    low = float(max(1, math.floor(price * random.uniform(0.4, 0.9))))
    high = low + random.randint(1, 10)
    shape = random.choice(("between {} and {}", "from {} to {}", "{} to {}", "{} - {}", "between {} & {}"))
    if shape.startswith("{}"):
        return shape.format(_marked(low, random), _marked(high, random))
    return shape.format(money(low, random), money(high, random))


def _round_up(price: float, random: Random) -> float:
    """The limit a shopper would name: the next dollar or more, sometimes a price ending in .50 or .99."""
    limit = math.ceil(price * random.uniform(1.0, 1.6)) or 1
    return limit - random.choice((0, 0, 0, 0, 0.01, 0.5)) if limit > 1 else float(limit)


def money(amount: float, random: Random) -> str:
    """An amount after a word that already says it is money, so the sign may be missing."""
    return _number(amount) if random.random() < 0.3 else _marked(amount, random)


def _marked(amount: float, random: Random) -> str:
    """An amount that is money by itself: `$3`, `3 dollars`, `$ 2.99`, `99 cents`, `five bucks`."""
    number = _number(amount)
    if amount < 1:
        cents = round(amount * 100) or 1
        return random.choice((f"{cents} cents", f"{cents}c", f"${amount:.2f}", f"{cents}¢"))
    if amount == int(amount) and amount <= len(SMALL) and random.random() < 0.12:
        return f"{SMALL[int(amount) - 1]} {random.choice(('dollars', 'bucks'))}"
    shapes = ("${}", "${}", "${}", "${}", "{} dollars", "{} dollars", "{} bucks", "{}$", "$ {}", "{} usd")
    return random.choice(shapes).format(number)


def _number(amount: float) -> str:
    return str(int(amount)) if amount == int(amount) else f"{amount:.2f}"
