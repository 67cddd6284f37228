"""Links from document numbers and procedure codes to public registers."""

import pytest

from meetings.documents.register_urls import get_document_url, get_procedure_url, link_treaty_articles

COUNCIL = "https://data.consilium.europa.eu/doc/document"


@pytest.mark.parametrize(
    "number", ["", "COM(2016) 270", "14996", "14996/22 FINAL", "1/22", "١٤٩٩٦/22", "14996/22 REV 1; x"]
)
def test_other_document_numbers_have_no_link(number: str) -> None:
    assert get_document_url(number, "en") == ""


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("14996/22", "ST-14996-2022-INIT"),
        ("ST 14996/22", "ST-14996-2022-INIT"),
        ("14996/1/22 REV 1", "ST-14996-2022-REV-1"),
        ("14996/1/22", "ST-14996-2022-REV-1"),
        ("12644/17 ADD 1", "ST-12644-2017-ADD-1"),
        ("12644/2/17 REV 2 ADD 1", "ST-12644-2017-REV-2-ADD-1"),
        ("12644/17 ADD1 COR 2", "ST-12644-2017-ADD-1-COR-2"),
        ("CM 3621/17", "CM-3621-2017-INIT"),
        ("9876/2017 INIT", "ST-9876-2017-INIT"),
        ("13166/99", "ST-13166-1999-INIT"),
    ],
)
def test_council_document_url(number: str, code: str) -> None:
    assert get_document_url(number, "fr") == f"{COUNCIL}/{code}/fr/pdf"


@pytest.mark.parametrize("code", ["", "2016/0133", "2011/0901B (COD)", "2016/0133 (CODE)", "x 2016/0133 (COD)"])
def test_invalid_procedure_code_has_no_link(code: str) -> None:
    assert get_procedure_url(code, "en") == ""


def test_procedure_url() -> None:
    assert get_procedure_url("2016/0133 (COD)", "el") == "https://eur-lex.europa.eu/procedure/EL/2016_133"
    assert get_procedure_url("2016/133 (COD)", "en") == get_procedure_url("2016/0133 (COD)", "en")
    assert get_procedure_url("2017/0003(cod)", "en") == "https://eur-lex.europa.eu/procedure/EN/2017_3"


@pytest.mark.parametrize(
    ("number", "code"), [("PE-CONS 24/24", "PE-24-2024-INIT"), ("PE-CONS 24/1/24 REV 1", "PE-24-2024-REV-1")]
)
def test_act_of_parliament_and_council(number: str, code: str) -> None:
    assert get_document_url(number, "en") == f"{COUNCIL}/{code}/en/pdf"


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("Article 192(1) TFEU", {"Article 192(1) TFEU": "tfeu_2016/art_192"}),
        ("Artikel 192 Absatz 1 AEUV", {"Artikel 192 Absatz 1 AEUV": "tfeu_2016/art_192"}),
        ("Article 192, paragraphe 1, TFUE", {"Article 192, paragraphe 1, TFUE": "tfeu_2016/art_192"}),
        ("LESD 192. panta 1. punkts", {"LESD 192. panta 1. punkts": "tfeu_2016/art_192"}),
        ("Article 16(8) TEU", {"Article 16(8) TEU": "teu_2016/art_16"}),
        ("Articles 82(1) and 83 TFEU", {"82(1)": "tfeu_2016/art_82", "83": "tfeu_2016/art_83"}),
        ("Articles 43, 114 et 207 TFUE", {n: f"tfeu_2016/art_{n}" for n in ("43", "114", "207")}),
        ("Article 5 of Regulation (EU) 2016/679 and Article 16 TFEU", {}),
        ("Article 16 TEU and Article 114 TFEU", {}),
        ("Article 99 TEU", {}),
        ("Article 7", {}),
        ("", {}),
    ],
)
def test_articles_of_the_treaties(text: str, links: dict[str, str]) -> None:
    pieces = link_treaty_articles(text)
    assert "".join(piece.text for piece in pieces) == text
    assert {piece.text: piece.url for piece in pieces if piece.url} == {
        name: f"https://data.europa.eu/eli/treaty/{article}/oj" for name, article in links.items()
    }
