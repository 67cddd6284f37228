"""Numbers of documents and codes of interinstitutional files, in every spelling."""

import re

import pytest

from meetings.documents.document_numbers import (
    find_document_numbers,
    find_procedure_codes,
    find_search_keys,
    get_base_number,
    list_search_keys,
    normalize_document_number,
    parse_document_number,
    parse_procedure_code,
)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("14996/22", ("", "14996", "22", "", "")),
        ("ST 14996/22", ("", "14996", "22", "", "")),
        ("st14996/2022", ("", "14996", "22", "", "")),
        ("14996/22 INIT", ("", "14996", "22", "", "INIT")),
        ("14996/1/22 REV 1", ("", "14996", "22", "1", "")),
        ("14996/22 REV 1", ("", "14996", "22", "1", "")),
        ("14996/1/22", ("", "14996", "22", "1", "")),
        ("ST-14996-2022-REV-1", ("", "14996", "22", "1", "")),
        ("ST-9735-2060-ADD-1-3", ("", "9735", "60", "", "ADD1-3")),
        ("11731/21 + ADD 1-2", ("", "11731", "21", "", "+ADD1-2")),
        ("12644/2/17 REV 2 ADD 1 COR 2", ("", "12644", "17", "2", "ADD1COR2")),
        ("12644/17 ADD 1 REV 1", ("", "12644", "17", "", "ADD1REV1")),
        ("CM 3621/17", ("CM", "3621", "17", "", "")),
        ("14996/22 FINAL", ("", "14996", "22", "", "FINAL")),
    ],
)
def test_spellings_of_a_document_number(typed: str, number: tuple[str, ...]) -> None:
    assert parse_document_number(typed) == number


@pytest.mark.parametrize(
    ("typed", "spellings"),
    [
        ("14996/22", "14996/22 14996/22INIT ST14996/22 ST14996/22INIT"),
        ("14996/22 ADD 1", "14996/22ADD1 ST14996/22ADD1"),
        ("CM 3621/17", "CM3621/17 CM3621/17INIT"),
        (
            "9733/22 REV 1 COR 1",
            "X/1/22REV1COR1 X/1/22COR1 X/22REV1COR1 STX/1/22REV1COR1 STX/1/22COR1 STX/22REV1COR1".replace("X", "9733"),
        ),
    ],
)
def test_document_is_found_in_all_spellings(typed: str, spellings: str) -> None:
    """A revision may be written before the year, at the end, or both: the register has one document."""
    number = parse_document_number(typed)
    assert number
    assert number.list_spellings() == set(spellings.split())


@pytest.mark.parametrize(
    "typed", ["", "14996", "ST 14996", "1/22", "123/22", "COM(2017) 350", "PE-CONS 25/60", "14996/22/3", "١٤٩٩٦/22"]
)
def test_other_texts_are_no_numbers_of_council_documents(typed: str) -> None:
    """Council numbers have four or five digits."""
    assert parse_document_number(typed) is None
    assert get_base_number(typed) == ""


def test_translations_print_numbers_like_their_source() -> None:
    """Only white space, capitals, “+” and “INIT” may differ. A missing “/1” is a slip that the fact check shows."""
    assert normalize_document_number("14996/22 + ADD 1") == normalize_document_number("14996/22 ADD 1")
    assert normalize_document_number("pe-cons 25/60 INIT") == normalize_document_number("PE-CONS 25/60")
    assert normalize_document_number("14996/1/22 REV 1") != normalize_document_number("14996/22 REV 1")


@pytest.mark.parametrize(
    ("typed", "base"),
    [("14996/1/22REV1", "14996/22"), ("ST14996/22ADD1", "14996/22"), ("CM3621/17", ""), ("COM(2017)350", "")],
)
def test_base_number_is_shared_by_all_versions(typed: str, base: str) -> None:
    assert get_base_number(typed) == base


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("2016/0133 (COD)", "2016/0133 (COD)"),
        ("2016 / 0133 ( cod )", "2016/0133 (COD)"),
        ("2016/0133/COD", "2016/0133 (COD)"),
        ("2016-133-cod", "2016/0133 (COD)"),
        ("2016/00133 COD", "2016/0133 (COD)"),
        ("2011/0901B (COD)", "2011/0901B (COD)"),
        ("2013/0072/A(COD)", "2013/0072/A (COD)"),
        ("2016/0133", None),
    ],
)
def test_spellings_of_a_procedure_code(typed: str, code: str | None) -> None:
    parsed = parse_procedure_code(typed)
    assert parsed is not None
    assert (str(parsed) if parsed.kind else None) == code


@pytest.mark.parametrize("typed", ["", "x", "2016/0133 (CODE)", "CNS 2016/133", "14996/1/22 REV 1", "1816/0133 (COD)"])
def test_other_texts_are_no_procedure_codes(typed: str) -> None:
    assert parse_procedure_code(typed) is None


def test_a_part_of_a_text_suggests_a_code() -> None:
    assert str(parse_procedure_code("CNS 2016/133", partly=True)) == "2016/0133 (COD)"


def test_numbers_in_running_text_are_found_as_printed() -> None:
    text = (
        "6912/17, 14996/1/22  REV 1, 9733/22 REV1, 12203/21 + ADD 1, No 1257/96 and the season 2016/17; "
        "2013/0072/A(COD), 6912/17"
    )
    numbers = ["6912/17", "14996/1/22 REV 1", "9733/22 REV1", "12203/21 + ADD 1"]
    assert find_document_numbers(text, re.compile("No $")) == numbers
    assert find_procedure_codes(text) == ["2013/0072/A (COD)"]


def test_search_finds_a_number_in_any_spelling() -> None:
    text = "14996 / 1/22 REV 1, 2016-0133 cod and 2017 0003"
    assert list_search_keys(text) == ["20160133cod", "20170003", "14996d22", "20160133"]
    assert [found[0] for found, _key in find_search_keys(text)] == ["2016-0133 cod", "2017 0003", "14996 / 1/22"]
    assert list_search_keys("14 September 2017") == []
