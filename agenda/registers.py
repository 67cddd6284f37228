"""Where the public registers keep what an agenda names by number.

Addresses of the Council's documents follow from the number: 14996/1/22 REV 1 is ST-14996-2022-REV-1, and a first
version is INIT. Of interinstitutional files EUR-Lex has a page by year and number. Other institutions' documents
have no such rule.
"""

import re

COUNCIL = "https://data.consilium.europa.eu/doc/document/{code}/{language}/pdf"
EUR_LEX = "https://eur-lex.europa.eu/procedure/{language}/{year}_{number}"
DOCUMENT = re.compile(
    r"(?:(?P<series>ST|CM) ?)?(?P<number>[0-9]{4,5})(?:/(?P<revision>[0-9]{1,2}))?/(?P<year>[0-9]{2}|[0-9]{4})"
    r"(?P<versions>(?: ?(?:REV|COR|ADD|EXT|INIT|DCL) ?[0-9]{0,2})*)"
)
FIRST = "50"  # of two digits, from here on a year of the last century: the Council first met in 1952
VERSION = re.compile(r"(REV|COR|ADD|EXT|INIT|DCL) ?([0-9]{0,2})")
PROCEDURE = re.compile(r"(?P<year>[0-9]{4})/(?P<number>[0-9]{4}) ?\([A-Z]{3}\)")


def document_address(number: str, language: str) -> str:
    """Of a document of the Council, in its register and in the language where it is there; empty for any other."""
    found = DOCUMENT.fullmatch(number.strip().upper())
    if not found:
        return ""
    versions = ["-".join(filter(None, version)) for version in VERSION.findall(found["versions"])]
    if found["revision"] and not any(version.startswith("REV") for version in versions):
        versions.insert(0, f"REV-{int(found['revision'])}")
    year = found["year"] if len(found["year"]) == 4 else f"{'19' if found['year'] >= FIRST else '20'}{found['year']}"
    code = "-".join([found["series"] or "ST", found["number"], year, *(versions or ["INIT"])])
    return COUNCIL.format(code=code, language=language)


def procedure_address(code: str, language: str) -> str:
    """Of an interinstitutional file, on EUR-Lex; empty for what is no code of one."""
    found = PROCEDURE.fullmatch(code.strip().upper())
    if not found:
        return ""
    return EUR_LEX.format(language=language.upper(), year=found["year"], number=int(found["number"]))
