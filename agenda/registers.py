"""Build links to public registers from the document numbers and procedure codes of an agenda.

The URL of a Council document follows from its number: 14996/1/22 REV 1 is ST-14996-2022-REV-1, and a first version is
INIT. EUR-Lex has a page for each interinstitutional procedure by year and number. There is no such rule for documents
of other institutions.
"""

import re

COUNCIL_REGISTER_URL = "https://data.consilium.europa.eu/doc/document/{code}/{language}/pdf"
EUR_LEX_URL = "https://eur-lex.europa.eu/procedure/{language}/{year}_{number}"
DOCUMENT_NUMBER = re.compile(
    r"(?:(?P<series>ST|CM) ?)?(?P<number>[0-9]{4,5})(?:/(?P<revision>[0-9]{1,2}))?/(?P<year>[0-9]{2}|[0-9]{4})"
    r"(?P<versions>(?: ?(?:REV|COR|ADD|EXT|INIT|DCL) ?[0-9]{0,2})*)"
)
FIRST_TWO_DIGIT_YEAR = "50"  # two-digit years from here on belong to the last century: the Council first met in 1952
DOCUMENT_VERSION = re.compile(r"(REV|COR|ADD|EXT|INIT|DCL) ?([0-9]{0,2})")
PROCEDURE_CODE = re.compile(r"(?P<year>[0-9]{4})/(?P<number>[0-9]{4}) ?\([A-Z]{3}\)")


def get_document_url(number: str, language: str) -> str:
    """Return the URL of a Council document in the register; an empty string for any other document.

    The register has the document in the language only if it has been translated.
    """
    found = DOCUMENT_NUMBER.fullmatch(number.strip().upper())
    if not found:
        return ""
    versions = ["-".join(filter(None, version)) for version in DOCUMENT_VERSION.findall(found["versions"])]
    if found["revision"] and not any(version.startswith("REV") for version in versions):
        versions.insert(0, f"REV-{int(found['revision'])}")
    year = found["year"]
    if len(year) == 2:
        year = f"{'19' if year >= FIRST_TWO_DIGIT_YEAR else '20'}{year}"
    code = "-".join([found["series"] or "ST", found["number"], year, *(versions or ["INIT"])])
    return COUNCIL_REGISTER_URL.format(code=code, language=language)


def get_procedure_url(code: str, language: str) -> str:
    """Return the URL of an interinstitutional procedure on EUR-Lex; an empty string if `code` is not such a code."""
    found = PROCEDURE_CODE.fullmatch(code.strip().upper())
    if not found:
        return ""
    return EUR_LEX_URL.format(language=language.upper(), year=found["year"], number=int(found["number"]))
