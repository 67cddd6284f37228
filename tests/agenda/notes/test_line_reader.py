"""Test the reading of a file into lines: errors with their line, then the lines."""

import pytest

from agenda.notes.line_reader import MAX_FILE_SIZE, MAX_LINE_LENGTH, MAX_LINES, NoteError, read_lines


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"", None, "empty"),
        (b"\xef\xbb\xbf", None, "empty"),
        (b" \r\n\t\xc2\xa0\n", None, "empty"),
        (b"x" * (MAX_FILE_SIZE + 1), None, "2,000,000"),
        (b"%PDF-1.7\n", None, "a PDF"),
        (b"PK\x03\x04rest", None, "a Word document"),
        (b"one\ntwo\x00\n", 2, "binary"),
        (b"one\r\ntwo\r\nthree\x1b[1m", 3, "binary"),
        (b"Conseil de l'Union europ\xe9enne", 1, "0xE9 is not valid UTF-8"),
        (b"one\r\ntwo\rcaf\xe9", 3, "Save the file again as UTF-8"),
        ("\ufeffone\n".encode("utf-16-le") + b"\x00\xd8", 2, "UTF-16"),
        ("\ufeffone\n".encode("utf-16-be") + b"\x00", 2, "UTF-16"),
        (b"one\n" + b"x" * (MAX_LINE_LENGTH + 1), 2, "20,000"),
        (b"one\n\n" * (MAX_LINES + 1), None, "10,000 lines"),
    ],
)
def test_file_that_is_not_text_is_refused_with_the_line(data: bytes, line: int | None, words: str) -> None:
    with pytest.raises(NoteError) as refused:
        read_lines(data)
    assert refused.value.line == line
    assert words in refused.value.message
    assert str(refused.value).startswith(f"line {line}: " if line else refused.value.message)


@pytest.mark.parametrize(
    "data",
    [
        b"one\n\n  two",
        "\ufeffone\r\n\r\n  two".encode(),
        b"one\r\r  two",
        "\ufeffone\n\n  two".encode("utf-16-le"),
        "\ufeffone\n\n  two".encode("utf-16-be"),
    ],
)
def test_encodings_and_line_ends_make_no_difference(data: bytes) -> None:
    lines = read_lines(data)
    assert [(line.number, line.source, line.indent) for line in lines] == [(1, "one", 0), (2, "", 0), (3, "two", 2)]


@pytest.mark.parametrize(
    ("text", "bullet", "words"),
    [
        ("- milk", "-", "milk"),
        ("•\u00a0milk", "•", "milk"),
        ("– milk", "–", "milk"),
        ("* milk", "*", "milk"),
        ("-milk", "", "-milk"),
        ("**milk**", "", "**milk**"),
        ("1. milk", "", "1. milk"),
        ("-", "", "-"),
    ],
)
def test_bullet_is_a_sign_followed_by_space(text: str, bullet: str, words: str) -> None:
    [line] = read_lines(text.encode())
    assert (line.bullet, line.text) == (bullet, words)


def test_tabs_and_no_break_spaces_count_as_indentation() -> None:
    assert [line.indent for line in read_lines("\t- a\n\u00a0\u00a0- b".encode())] == [4, 2]


def test_letters_and_accents_are_composed() -> None:
    [line] = read_lines("Pen\u0303alver".encode())
    assert line.source == "Peñalver"
