"""Rich text as plain text: one line, lines with bullets, and one line for the search."""

import pytest

from meetings.documents.plain_text import html_to_line, html_to_lines, html_to_search_text, html_to_words

NESTED = "<ul><li>a<ul><li>b</li></ul></li><li>c<br>d</li></ul>"


@pytest.mark.parametrize(
    ("html", "line", "lines", "search_text"),
    [
        ("", "", "", ""),
        ("A plain title: 1 < 2", "A plain title: 1 < 2", "A plain title: 1 < 2", "A plain title: 1 < 2"),
        ("<p>One <strong>bold</strong> &amp;  two</p>", "One bold & two", "One bold & two", "One bold & two"),
        ("<h3>Head</h3><p>One</p>", "Head One", "Head\nOne", "Head One"),
        ("<p>One</p><h3>Head</h3>", "One Head", "One\nHead", "One • Head"),
        (NESTED, "a b c d", "- a\n- b\n- c\nd", "a • b • c d"),
        (f"<p>One</p>{NESTED}<p>Two</p>", "One a b c d Two", "One\n- a\n- b\n- c\nd\nTwo", "One • a • b • c d – Two"),
        ('<ol start="3"><li><p>a</p></li></ol>', "a", "- a", "a"),
        ("<blockquote><p>a</p><p>b</p></blockquote><p>c</p>", "a b c", "a\nb\nc", "a b c"),
        ("<p>a\t\t &nbsp; b</p>", "a b", "a \u00a0 b", "a b"),
        ("<p>5&nbsp;000</p>", "5 000", "5\u00a0000", "5 000"),
        ("<p>sus\u00adpend e\u0301</p>", "sus\u00adpend e\u0301", "sus\u00adpend e\u0301", "suspend é"),
        ('<p><a href="https://a.eu/?b=1&amp;c=2">x</a>y</p>', "xy", "xy", "xy"),
    ],
)
def test_rich_text_as_plain_text(html: str, line: str, lines: str, search_text: str) -> None:
    assert (html_to_line(html), html_to_lines(html), html_to_search_text(html)) == (line, lines, search_text)


def test_bullet_can_be_chosen() -> None:
    assert html_to_lines(NESTED, bullet="• ") == "• a\n• b\n• c\nd"


def test_superscripts_are_apart_where_numbers_are_compared() -> None:
    html = "<p>12<sup>1</sup> t CO<sub>2</sub></p>"
    assert (html_to_words(html), html_to_line(html)) == ("12 1 t CO2", "121 t CO2")
