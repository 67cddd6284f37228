"""Test inline markup: its HTML, what stays literal, and that written markup can be parsed back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agenda.notes.inline_markup import TextRun, number_links, parse_markup, render_runs, strip_markup, write_markup
from meetings.fields.richtext import clean_html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<script>alert(1)</script> & co", "&lt;script&gt;alert(1)&lt;/script&gt; &amp; co"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("[x](data:text/html,a)", "[x](data:text/html,a)"),
        ("[x](/relative)", "[x](/relative)"),
        ('[x](http://a.eu/"onclick=1)', '<a href="http://a.eu/&quot;onclick=1">x</a>'),
        ("BACKGROUND* and 2 * 3 * 4", "BACKGROUND* and 2 * 3 * 4"),
        ("*not bold* and _not_ and __not__", "*not bold* and _not_ and __not__"),
        ("**bold", "**bold"),
        ("**a b** c", "<strong>a b</strong> c"),
        ("co**un**cil", "co<strong>un</strong>cil"),
        ("[t \\(x\\)](#)", "<a>t (x)</a>"),
        ("[t]()", "<a>t</a>"),
        ("[t](https://a.eu/x)", '<a href="https://a.eu/x">t</a>'),
        ("[t](https://a.eu/x 'title')", '<a href="https://a.eu/x">t</a> (title)'),
        ("[](https://a.eu/x)", '<a href="https://a.eu/x">https://a.eu/x</a>'),
        ("<https://a.eu/x>", '<a href="https://a.eu/x">https://a.eu/x</a>'),
        ("see https://a.eu/x.", 'see <a href="https://a.eu/x">https://a.eu/x</a>.'),
        ("<a@b.eu>", '<a href="mailto:a@b.eu">a@b.eu</a>'),
        ("**see [t](#) now**", "<strong>see <a>t</a> now</strong>"),
        ("\\*\\*x\\*\\* 16\u00a0%", "**x** 16&nbsp;%"),
        ("`code` ~~x~~ ![i](http://a.eu)", '`code` ~~x~~ !<a href="http://a.eu">i</a>'),
    ],
)
def test_markup_is_rendered_as_html(text: str, html: str) -> None:
    assert render_runs(parse_markup(text)) == html


@pytest.mark.parametrize("text", ["[" * 20_000, "**a " * 5_000, "[a](" * 5_000, "<" * 20_000, "\\" * 20_000])
def test_malicious_line_is_parsed_quickly(text: str) -> None:
    assert strip_markup(text)


WORDS = st.text("ab *_[]()<>\\.&:/'\"-é", max_size=12)
LINKS = st.sampled_from([None, None, "", "https://a.eu/x", "http://a.eu/(y)", "mailto:a@b.eu"])


@given(st.lists(st.tuples(WORDS, st.booleans(), LINKS), max_size=6))
@settings(max_examples=50)
def test_writing_markup_loses_no_word(
    pieces: list[tuple[str, bool, str | None]],
) -> None:
    runs = [
        TextRun(text, strong, href, place if href is not None else 0)
        for place, (text, strong, href) in enumerate(pieces, 1)
    ]
    again = parse_markup(write_markup(runs))
    assert "".join(join_text(again).split()) == "".join(join_text(runs).split())


def join_text(runs: list[TextRun]) -> str:
    return "".join(run.text for run in runs)


@given(st.lists(st.tuples(st.sampled_from(["ab", "a b", "é"]), st.booleans(), LINKS), max_size=6))
@settings(max_examples=50)
def test_markup_between_words_can_be_parsed_back(pieces: list[tuple[str, bool, str | None]]) -> None:
    runs = [
        TextRun(text, strong, href, place if href is not None else 0)
        for place, (text, strong, href) in enumerate(pieces, 1)
    ]
    spaced = [part for run in runs for part in (run, TextRun(" "))][:-1]
    assert render_runs(parse_markup(write_markup(spaced))) == render_runs(number_links(spaced))


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Cf", "Cn", "Zl", "Zp"]), max_size=80))
@settings(max_examples=50)
def test_html_passes_the_sanitiser_unchanged(text: str) -> None:
    html = f"<p>{render_runs(parse_markup(' '.join(text.split())))}</p>"
    assert clean_html(html) == ("" if html == "<p></p>" else html)
