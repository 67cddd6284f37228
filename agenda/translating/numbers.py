"""Numbers as texts print them, in one spelling."""

import re
from decimal import Decimal
from typing import Final

ROMAN_DIGITS: Final = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
SPELT_OUT = 20  # up to here, languages differ in which numbers they write in words
LONGEST = 18  # digits; longer ones are compared as they are


def value_of(text: str, decimal: str) -> str:
    """A number in one spelling, as “1000.5”, by the signs of the language that it is written in.

    Zeros after the point stay: translations keep them, and “13.00” is not the 13 of a date.
    """
    text = re.sub("[ '’]", "", text)
    signs = [sign for sign in ".," if sign in text]
    if not signs:
        return text.lstrip("0") or "0"
    if len(signs) == 2:
        decimal = max(signs, key=text.rfind)
        text = text.replace("," if decimal == "." else ".", "")
    sign = decimal if len(signs) == 2 else signs[0]
    whole, *parts = text.split(sign)
    thousands = 1 <= len(whole) <= 3 and whole != "0" and all(len(part) == 3 for part in parts)
    if thousands and (sign != decimal or len(parts) > 1):
        return "".join([whole, *parts])
    return ".".join([whole.lstrip("0") or "0", *parts])


def scaled(value: str, power: int) -> str:
    """The number times a power of ten; one that is too long, or none but a string of numbers, as it is."""
    if not power or len(value) > LONGEST or value.count(".") > 1:
        return value
    number = f"{Decimal(value).scaleb(power):f}"
    return number.rstrip("0").rstrip(".") if "." in number else number


def is_small(value: str) -> bool:
    return len(value) <= 2 and value.isdecimal() and int(value) <= SPELT_OUT


def roman_value(digits: str) -> int:
    values = [ROMAN_DIGITS[digit] for digit in digits]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))
