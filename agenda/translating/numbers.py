"""Normalize the numbers of a text, so that numbers in two languages can be compared."""

import re
from decimal import Decimal
from typing import Final

ROMAN_DIGITS: Final = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
MAX_SPELT_OUT_NUMBER = 20  # languages differ in which of the numbers up to this one they spell out
MAX_DIGITS = 18  # longer numbers are compared as they are printed


def normalize_number(text: str, decimal: str) -> str:
    """Return a number in one spelling, as “1000.5”. `decimal` is the decimal sign of the language of the text.

    Zeros after the decimal point stay: translations keep them, and “13.00” is not the 13 of a date.
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


def apply_power(value: str, power: int) -> str:
    """Return the number times a power of ten, or unchanged if it is too long, or is several numbers with points."""
    if not power or len(value) > MAX_DIGITS or value.count(".") > 1:
        return value
    number = f"{Decimal(value).scaleb(power):f}"
    return number.rstrip("0").rstrip(".") if "." in number else number


def is_small_number(value: str) -> bool:
    """Return whether some languages spell out this number."""
    return len(value) <= 2 and value.isdecimal() and int(value) <= MAX_SPELT_OUT_NUMBER


def parse_roman(digits: str) -> int:
    values = [ROMAN_DIGITS[digit] for digit in digits]
    return sum(-value if value < after else value for value, after in zip(values, [*values[1:], 0], strict=True))
