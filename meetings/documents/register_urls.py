"""Build links to public registers from document numbers, codes of procedures and Articles of the Treaties.

The URL of a Council document follows from its number: 14996/1/22 REV 1 is ST-14996-2022-REV-1, and a first version is
INIT. EUR-Lex has a page for each interinstitutional procedure by year and number, and a European Legislation Identifier
(ELI) for each Article of a Treaty. There is no such rule for documents of other institutions.
"""

import re
from typing import NamedTuple

from meetings.documents.document_numbers import normalize_reference, parse_document_number, parse_procedure_code

COUNCIL_REGISTER_URL = "https://data.consilium.europa.eu/doc/document/{code}/{language}/pdf"
EUR_LEX_URL = "https://eur-lex.europa.eu/procedure/{language}/{year}_{number}"
TREATY_URL = "https://data.europa.eu/eli/treaty/{treaty}_2016/art_{article}/oj"  # the consolidated Treaties of 2016
FIRST_TWO_DIGIT_YEAR = "50"  # two-digit years from here on belong to the last century: the Council first met in 1952
VERSION = re.compile(r"(REV|COR|ADD|EXT|INIT|DCL)([0-9]{0,2})")
# Acts of Parliament and Council have numbers of their own: PE-CONS 24/1/24 REV 1.
JOINT_ACT = re.compile(
    r"PE-?CONS(?P<number>[0-9]{1,4})(?:/(?P<revision>[0-9]{1,2}))?/(?P<year>[0-9]{2})(?:REV(?P=revision))?", re.ASCII
)

# The abbreviations of the Treaties in the official languages.
TREATIES = {
    "tfeu": "ДФЕС TFUE SFEU TEUF AEUV ELTL ΣΛΕΕ TFEU CFAE UFEU LESD SESV EUMSZ VWEU ZFEÚ PDEU SEUT FEUF".split(),
    "teu": "ДЕС TUE SEU TEU EUV ELL ΣΕΕ CAE UEU LES ESS EUSZ VEU ZEÚ PEU FEU".split(),
}
TREATIES_BY_NAME = {name: treaty for treaty, names in TREATIES.items() for name in names}
TREATY_NAME = re.compile(rf"\b(?:{'|'.join(TREATIES_BY_NAME)})\b")
CONJUNCTIONS = "a agus and e en és et i ig in ir i ja mt och og și u un und y и και".split()
LAST_ARTICLES = {"tfeu": 358, "teu": 55}
# A number of an Article, with the paragraphs in brackets; further ones only if nothing but “and” is between them:
# “Articles 82(1) and 83”, not “Artikel 192 Absatz 1”.
ARTICLE = re.compile(r"(?<![\w/.(])(?P<article>[1-9][0-9]{0,2})(?![0-9/])(?:\s?\([^()]{1,9}\))*")
SEPARATOR = re.compile(rf"\s*(?:,|\b(?:{'|'.join(CONJUNCTIONS)})\b)\s*")
OTHER_NUMBER = re.compile(r"[0-9]/[0-9]")  # of an act, which has Articles, too


def get_document_url(number: str, language: str) -> str:
    """Return the URL of a Council document in the register; an empty string for any other document.

    The register has the document in the language only if it has been translated.
    """
    if joint := JOINT_ACT.fullmatch(normalize_reference(number)):
        version = f"REV-{joint['revision']}" if joint["revision"] else "INIT"
        code = f"PE-{joint['number']}-20{joint['year']}-{version}"
        return COUNCIL_REGISTER_URL.format(code=code, language=language)
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


class LinkedText(NamedTuple):
    """A piece of a text. `url` is empty if the piece leads nowhere."""

    text: str
    url: str


def link_treaty_articles(text: str) -> list[LinkedText]:
    """Split a legal basis into pieces, of which the Articles of the Treaties have the URL of the Article at EUR-Lex.

    A text with one Article is one piece. In some languages the Treaty comes first (“LESD 192. panta 1. punkts”). So
    Articles are only recognised in a text that names one Treaty, once, and no act; its first number is an Article.
    """
    names = TREATY_NAME.findall(text)
    if len(names) != 1 or OTHER_NUMBER.search(text):
        return [LinkedText(text, "")] if text else []
    treaty = TREATIES_BY_NAME[names[0]]
    pieces, end, article = [], 0, ARTICLE.search(text)
    while article and int(article["article"]) <= LAST_ARTICLES[treaty]:
        url = TREATY_URL.format(treaty=treaty, article=article["article"])
        pieces += [LinkedText(text[end : article.start()], ""), LinkedText(article[0], url)]
        end = article.end()
        separator = SEPARATOR.match(text, end)
        article = ARTICLE.match(text, separator.end()) if separator else None
    if len(pieces) == 2:
        return [LinkedText(text, pieces[1].url)]
    return [piece for piece in [*pieces, LinkedText(text[end:], "")] if piece.text]
