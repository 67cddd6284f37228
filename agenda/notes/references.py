"""Find the numbers of Council documents (“14996/1/22 REV 1”) and of interinstitutional files (“2016/0142 (COD)”)."""

import re

from agenda.notes.words import Phrase

DOCUMENT_NUMBER = re.compile(
    r"(?<![\w/.-])\d{4,5}(?:/\d{1,2})?/\d{2}(?![\d/]|-\d)(?:\s+INIT)?"
    r"(?:\s*\+?\s*(?:REV|COR|ADD)\s+\d+(?:\s*[-–]\s*\d+)?(?:\s+(?:REV|COR)\s+\d+)*)*"
)
PROCEDURE_NUMBER = re.compile(r"(?<![\w/])(?P<year>(?:19|20)\d{2})/(?P<number>\d{4}[A-Z]?)\s?\((?P<kind>[A-Z]{3})\)")


def find_document_numbers(text: str, regulations: Phrase) -> list[str]:
    """Return the document numbers as printed, each once.

    Numbers of acts and court cases and pairs of years (“season 2016/17”) are left out.
    """
    numbers = (
        " ".join(match[0].split())
        for match in DOCUMENT_NUMBER.finditer(text)
        if not regulations.search(text[: match.start()]) and not is_pair_of_years(match[0])
    )
    return list(dict.fromkeys(numbers))


def is_pair_of_years(number: str) -> bool:
    """Return True if the number is a pair of years such as “2016/17”."""
    first, last = number[:4], number[5:7]
    return len(number) == 7 and 1950 <= int(first) < 2100 and int(last) == (int(first) + 1) % 100


def find_procedure_numbers(text: str) -> list[str]:
    return list(dict.fromkeys(f"{m['year']}/{m['number']} ({m['kind']})" for m in PROCEDURE_NUMBER.finditer(text)))
