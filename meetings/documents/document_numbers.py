"""Parse, find, compare and write numbers of Council documents and codes of interinstitutional files.

`parse_…` reads a whole text as people type it, in any spelling. The patterns and `find_…` read running text. Numbers of
other institutions are compared as written.
"""

import hashlib
import re
from collections.abc import Iterator
from typing import NamedTuple

MAX_REFERENCE_LENGTH = 60  # characters without white space: the length of the column in the index rows
MAX_ACT_REFERENCE_LENGTH = 60
"""How far before a number the words can begin that make it the number of an act."""
PROCEDURE_KINDS = "ACC ACI APP AVC BUD CNB CNC CNS COD DEC NLE PRT SYN".split()
"""The usual kinds of procedure, for a code without its kind. Other kinds are recognised if they are written out."""

PRINTED_DOCUMENT = re.compile(
    r"(?<![\w/.-])\d{4,5}(?:/\d{1,2})?/\d{2}(?![\d/]|-\d)(?:\s+INIT)?"
    r"(?:\s*\+?\s*(?:REV|COR|ADD)\s*\d+(?:\s*[-–]\s*\d+)?(?:\s+(?:REV|COR)\s*\d+)*)*"
)
PRINTED_PROCEDURE = re.compile(r"(?<![\w/])(?:19|20)[0-9]{2}/[0-9]{4}[A-Z]?(?:/[A-Z])?\s?\([A-Z]{3}\)")
TYPED_DOCUMENT = re.compile(  # without white space
    r"(?:(?P<series>ST|CM)[-/]?)?(?P<number>\d{4,5})(?:/0?(?P<revision>\d{1,2}))?[-/](?:19|20)?(?P<year>\d\d)(?![\d/])"
    r"(?P<suffix>.*)",
    re.ASCII,
)
TYPED_PROCEDURE = re.compile(  # without white space
    r"(?<!\d)(?P<year>(?:19|20)\d\d)[/-]0*(?P<number>\d{1,4})(?!\d)(?P<part>[A-Z]?(?:/[A-Z])?)"
    r"(?:[/-]?\(?(?P<kind>[A-Z]{3})\)?)?(?![A-Z])",
    re.ASCII,
)
HYPHEN_BESIDE_LETTERS = re.compile(r"-(?=[A-Z])|(?<=[A-Z])-")  # the register's addresses have ST-14996-2022-REV-1
TYPED_PROCEDURE_IN_TEXT = re.compile(
    r"(?<![\w/])(?:19|20)\d\d\s?[/-]\s?\d{1,4}(?!\d)[A-Z]?(?:/[A-Z])?(?![\w/])"
    rf"(?:\s?[/-]?\s?(?:\([A-Z]{{3}}\)|(?:{'|'.join(PROCEDURE_KINDS)})\b))?",
    re.ASCII | re.IGNORECASE,
)
BEFORE_WORD_OR_NUMBER = re.compile(r"^|(?<=\d)(?=[A-Z+])|(?<=[A-Z+])(?=\d)|(?<=\+)(?=[A-Z])")
FILE_SLUG = re.compile(r"(?P<year>(?:19|20)\d\d)-(?P<number>\d{4}[a-z]?(?:-[a-z])?)-(?P<kind>[a-z]{3})", re.ASCII)
LEADING_REVISION = re.compile(r"REV0?(\d{1,2})(?!\d)", re.ASCII)
# Search is more tolerant than notes. Stored search rows contain its keys.
SEARCHED_PROCEDURE = re.compile(
    r"(?<![\w/])(?P<year>(?:19|20)[0-9]{2})\s?(?:[/-]\s?)?(?P<number>[0-9]{4})(?!\d)"
    r"(?:[\s(-]*(?P<kind>[A-Za-z]{3})\b\)?)?"
)
SEARCHED_DOCUMENT = re.compile(r"(?<![\w/])(?P<number>[0-9]{4,5})\s?/\s?(?:[0-9]{1,2}/)?(?P<year>[0-9]{2})(?![\w/])")
DIGITS_AND_SIGNS = re.compile(r"[\d/ -]+")
INDEXED_NUMBER = re.compile(r"(?:(?:[A-Z]{1,3}|INIT|JOIN|CONS|EUCO|FINAL)(?![A-Z])|[\d/()+,-])*", re.ASCII)
DIGEST_SIGN = "="
FOUR_DIGITS = re.compile(r"\d\d\d\d")  # which any number has; this is found three times as fast as \d{4}


class DocumentNumber(NamedTuple):
    """The number of a Council document.

    `series` is empty for the usual one (ST). `suffix` is what follows the revision, such as “ADD1COR2”; it is “INIT”
    only if the first version is meant, and not the document with all its versions.
    """

    series: str
    number: str
    year: str
    revision: str
    suffix: str

    def __str__(self) -> str:
        """Return the number as notes print it, such as “14996/1/22 REV 1 ADD 2”."""
        revision = f"/{self.revision}/{self.year} REV {self.revision}" if self.revision else f"/{self.year}"
        words = [self.series, f"{self.number}{revision}", BEFORE_WORD_OR_NUMBER.sub(" ", self.suffix)]
        return " ".join(" ".join(words).split())

    def list_spellings(self) -> set[str]:
        """Return the spellings, without white space, that stand for the same document."""
        revisions, ends = [("", "")], [self.suffix]
        if self.revision:
            before, after = f"/{self.revision}", f"REV{self.revision}"
            revisions = [(before, after), (before, ""), ("", after)]
        elif self.suffix in ("", "INIT"):
            ends = ["", "INIT"]
        return {
            f"{series}{self.number}{before}/{self.year}{after}{end}"
            for series in ([self.series] if self.series else ["", "ST"])
            for before, after in revisions
            for end in ends
        }


class ProcedureCode(NamedTuple):
    """The code of an interinstitutional file. `number` has four digits, perhaps with a letter; `kind` may be empty."""

    year: str
    number: str
    kind: str

    def __str__(self) -> str:
        return f"{self.year}/{self.number} ({self.kind or 'COD'})"

    @property
    def slug(self) -> str:
        """The name of the file in addresses, such as “2016-0133-cod”; empty if the code has no kind."""
        return f"{self.year}-{self.number}-{self.kind}".replace("/", "-").lower() if self.kind else ""


def normalize_reference(reference: str) -> str:
    """Return any reference without white space and in capitals, for comparisons."""
    return "".join(reference.split()).upper()


def build_indexed_reference(reference: str) -> str:
    """Return what stands for a normalized reference in the index of references, and what to look for there.

    It is the reference itself if it looks like a number. Others may have words of a text that is not public yet, and
    the public role can read what an index has, so a digest stands for them (decision 157).
    """
    start = reference[:MAX_REFERENCE_LENGTH]
    if INDEXED_NUMBER.fullmatch(start):
        return start
    return DIGEST_SIGN + hashlib.sha256(start.encode()).hexdigest()[:32]


def normalize_document_number(number: str) -> str:
    """Return a document number as printed in any language: a translation may differ in white space, “+” and “INIT”."""
    return normalize_reference(number).replace("+", "").replace("INIT", "")


def parse_document_number(text: str) -> DocumentNumber | None:
    """Return the number if the whole text is one in any spelling, as “ST 14996/22” and “ST-14996-2022-REV-1”.

    Return None for numbers of other institutions.
    """
    found = TYPED_DOCUMENT.fullmatch(normalize_reference(text))
    if not found:
        return None
    suffix = HYPHEN_BESIDE_LETTERS.sub("", found["suffix"])
    suffix = suffix if suffix == "INIT" else suffix.removeprefix("INIT")
    revision, leading = found["revision"] or "", LEADING_REVISION.match(suffix)
    if leading and revision in ("", leading[1]):
        revision, suffix = leading[1], suffix[leading.end() :]
    series = (found["series"] or "").removeprefix("ST")
    return DocumentNumber(series, found["number"], found["year"], revision, suffix)


def is_doubtful_number(number: str) -> bool:
    """Return True for a number of digits and signs only, as the Council's are, that is not one of them."""
    return bool(DIGITS_AND_SIGNS.fullmatch(number)) and parse_document_number(number) is None


def get_base_number(reference: str) -> str:
    """Return the number that all revisions, addenda and corrigenda of a document share, such as 14996/22.

    Return an empty text for documents of other series and institutions.
    """
    parsed = parse_document_number(reference)
    return f"{parsed.number}/{parsed.year}" if parsed and not parsed.series else ""


def parse_procedure_code(text: str, *, partly: bool = False) -> ProcedureCode | None:
    """Return the code if the whole text is one in any spelling, as “2016-133-cod”; `partly`: if a part of it is one."""
    squeezed = normalize_reference(text)
    found = TYPED_PROCEDURE.search(squeezed) if partly else TYPED_PROCEDURE.fullmatch(squeezed)
    return found and ProcedureCode(found["year"], found["number"].zfill(4) + found["part"], found["kind"] or "")


def parse_file_slug(slug: str) -> ProcedureCode | None:
    """Return the code that has this name in addresses."""
    found = FILE_SLUG.fullmatch(slug)
    return found and ProcedureCode(found["year"], found["number"].upper().replace("-", "/"), found["kind"].upper())


def find_document_numbers(text: str, act_reference: re.Pattern[str]) -> list[str]:
    """Return the document numbers in a running text as printed, each once.

    Numbers of acts and court cases, which follow a match of `act_reference`, and pairs of years are left out.
    """
    numbers = (
        " ".join(match[0].split())
        for match in PRINTED_DOCUMENT.finditer(text)
        if not act_reference.search(text, max(0, match.start() - MAX_ACT_REFERENCE_LENGTH), match.start())
        and not is_pair_of_years(match[0])
    )
    return list(dict.fromkeys(numbers))


def is_pair_of_years(number: str) -> bool:
    """Return True if the number is a pair of years such as “2016/17”."""
    first, last = number[:4], number[5:7]
    return len(number) == 7 and 1950 <= int(first) < 2100 and int(last) == (int(first) + 1) % 100


def find_procedure_codes(text: str) -> list[str]:
    """Return the codes in a running text in their usual spelling, each once."""
    return list(dict.fromkeys(str(parse_procedure_code(code)) for code in PRINTED_PROCEDURE.findall(text)))


def find_search_keys(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Yield the codes, then the document numbers in a text, each with the key by which it is indexed.

    The key of a code has its kind if that is written. The key of a document is the same for all its revisions.
    """
    if not FOUR_DIGITS.search(text):
        return
    for found in SEARCHED_PROCEDURE.finditer(text):
        yield found, f"{found['year']}{found['number']}{(found['kind'] or '').lower()}"
    for found in SEARCHED_DOCUMENT.finditer(text):
        yield found, f"{found['number']}d{found['year']}"


def list_search_keys(text: str) -> list[str]:
    """Return the keys to index a plain text by. Codes with a kind are also indexed without it."""
    keys = [key for _found, key in find_search_keys(text)]
    return list(dict.fromkeys([*keys, *(key[:8] for key in keys if key[8:])]))
