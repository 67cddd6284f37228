"""Build links to public registers from the document numbers and procedure codes of an agenda.

The URL of a Council document follows from its number: 14996/1/22 REV 1 is ST-14996-2022-REV-1, and a first version is
INIT. EUR-Lex has a page for each interinstitutional procedure by year and number. There is no such rule for documents
of other institutions.
"""

import re

from meetings.documents.document_numbers import parse_document_number, parse_procedure_code

COUNCIL_REGISTER_URL = "https://data.consilium.europa.eu/doc/document/{code}/{language}/pdf"
EUR_LEX_URL = "https://eur-lex.europa.eu/procedure/{language}/{year}_{number}"
FIRST_TWO_DIGIT_YEAR = "50"  # two-digit years from here on belong to the last century: the Council first met in 1952
VERSION = re.compile(r"(REV|COR|ADD|EXT|INIT|DCL)([0-9]{0,2})")


def get_document_url(number: str, language: str) -> str:
    """Return the URL of a Council document in the register; an empty string for any other document.

    The register has the document in the language only if it has been translated.
    """
    parsed = parse_document_number(number)
    if not parsed or not re.fullmatch(f"(?:{VERSION.pattern})*", parsed.suffix):
        return ""
    versions = [f"REV-{parsed.revision}"] if parsed.revision else []
    versions += ["-".join(filter(None, version)) for version in VERSION.findall(parsed.suffix)]
    year = f"{'19' if parsed.year >= FIRST_TWO_DIGIT_YEAR else '20'}{parsed.year}"
    code = "-".join([parsed.series or "ST", parsed.number, year, *(versions or ["INIT"])])
    return COUNCIL_REGISTER_URL.format(code=code, language=language)


def get_procedure_url(code: str, language: str) -> str:
    """Return the URL of an interinstitutional procedure on EUR-Lex; an empty string if `code` is not such a code."""
    parsed = parse_procedure_code(code)
    if not parsed or not parsed.kind or not parsed.number.isdecimal():
        return ""
    return EUR_LEX_URL.format(language=language.upper(), year=parsed.year, number=int(parsed.number))
