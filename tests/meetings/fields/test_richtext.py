"""Formatted texts as the translation screen shows and accepts them."""

import time
from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError

from meetings.fields.richtext import clean_html, format_as_typed, parse_typed_text


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("<p>A &amp; B: 1 &lt; 2</p><p>Two <strong>bold</strong></p>", "A & B: 1 < 2\n\nTwo **bold**"),
        ("<p>Points:</p><ul><li>one</li><li>two</li></ul><p>End.</p>", "Points:\n\n- one\n- two\n\nEnd."),
        ("<p>&amp;lt; is a sign</p>", "&amp;lt; is a sign"),
        ("<p>- no list</p>", "<p>- no list</p>"),
        ("<p>**no bold**</p>", "<p>**no bold**</p>"),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", "<ul>\n<li>a<ul>\n<li>b</li>\n</ul>\n</li>\n</ul>"),
    ],
)
def test_text_is_shown_in_typed_form_if_equivalent(stored: str, shown: str) -> None:
    assert format_as_typed(stored) == shown
    assert parse_typed_text(shown) == stored


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("One.\r\n\r\nTwo.", "<p>One.</p><p>Two.</p>"),
        (
            "Who:\n- **Greece**\n  - Malta & Spain",
            "<p>Who:</p><ul><li><strong>Greece</strong></li><li>Malta &amp; Spain</li></ul>",
        ),
        ("One\ntwo", "<p>One<br>two</p>"),
        ("Write to <ann@example.eu>.", "<p>Write to &lt;ann@example.eu&gt;.</p>"),
        ("x<y and a<b then\n\nStop.", "<p>x&lt;y and a&lt;b then</p><p>Stop.</p>"),
        ("<!--[if mso]><xml>a</xml><![endif]--><p class=Mso>Hello<o:p></o:p></p>", "<p>Hello</p>"),
        ("<p><!-- nothing --></p>z", "<p>z</p>"),
        ("(*) 2 ** 3 – 5 * 4", "<p>(*) 2 ** 3 – 5 * 4</p>"),
        ("<p><b>Bold</b> <i>it</i></p><p>&nbsp;</p>", "<p><strong>Bold</strong> <em>it</em></p>"),
        ("<h1>Head</h1><div>div</div>", "<h3>Head</h3><p>div</p>"),
        ("<table><tr><td>one</td><td>two</td></tr></table>", "<p>one two</p>"),
        ("<p>Ευρώπη & <u>κόσμος</u> < 5</p>", "<p>Ευρώπη &amp; κόσμος &lt; 5</p>"),
    ],
)
def test_pasted_text_keeps_its_words_and_format(pasted: str, kept: str) -> None:
    assert parse_typed_text(pasted) == kept


@pytest.mark.parametrize(
    "repeated",
    [
        "<p ",
        "</p ",
        "<!--",
        "<b ",
        "<div a=",
        "<p><p ",
        "**a ",
        "<p>&nbsp;",
        "<!-->",
        " ",
        "\t",
        "\n",
        "\n ",
        "a ",
        "\xa0",
    ],
)
def test_cleaning_takes_time_in_proportion_to_the_length(repeated: str) -> None:
    """These texts once stopped the editors' process for minutes: each tag without an end was read to the end."""
    repeats, started = repeated * (99_000 // len(repeated)), time.process_time()
    for text in (repeats, f"a{repeats}b", f"<p>a{repeats}b</p>"):
        for read in (clean_html, parse_typed_text, format_as_typed):
            with suppress(ValidationError):  # escaped, it may be too long
                read(text)
    assert time.process_time() - started < 10  # seconds; less than one is usual


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("<p>a<!-- hidden --> b</p>", "<p>a b</p>"),
        ("<p>a<!-- one --><!-- two -->b</p>", "<p>ab</p>"),
        ("<p>a <!-- no end</p>", "<p>a &lt;!-- no end</p>"),
    ],
)
def test_comments_are_removed(text: str, kept: str) -> None:
    assert clean_html(text) == kept
