"""Formatted texts as the translation screen shows and accepts them."""

from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError
from hypothesis import example, given
from hypothesis import strategies as st

from meetings.fields.richtext import clean_html, format_as_typed, parse_typed_text
from meetings.fields.tag_nesting import nest_tags, write_tags_anew
from tests.processor_time import within


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
        '<a "',
        '<a title="',
        "<a b='\"",
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
    repeats = repeated * (99_000 // len(repeated))
    with within(10):
        for text in (repeats, f"<p>a{repeats}b</p>"):
            for read in (clean_html, parse_typed_text, format_as_typed):
                with suppress(ValidationError):  # escaped, it may be too long
                    read(text)


@pytest.mark.parametrize(
    "text",
    [
        "<p>" + "".join(f"<em a{n}>" for n in range(1_000)) + "</p>" + "<p>x</p>" * 5_000,
        "".join(f"<em a{n}><style></em></style>" for n in range(1_000)) + "<p>x</p>" * 5_000,
        "".join(f'<em a{n}="></em>">' for n in range(1_000)) + "<p>x</p>" * 5_000,
        f'<p><a href="https://example.eu/{"x" * 30_000}"></p>{"<p>x</p>" * 7_000}',
        "</p><ul><li>" * 7_500,
        "<li><ul></li>" * 7_500,
        "<sub>" * 9_000 + "<p>" * 15_000,
        "<span>" * 9_000 + "<p>" * 15_000,
        "<table><tr><td>" * 6_000,
    ],
)
def test_tags_that_do_not_end_are_not_opened_again_and_again(text: str) -> None:
    """49 kB became 45 MB in 4.6 s, with 1.3 GB of memory; and 90 kB of lists in each other took a second."""
    assert len(text) < 100_000
    with within(0.8), suppress(ValidationError):
        assert len(clean_html(text)) < 200_000


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("<p>a <em>b <strong>c</em> d</strong> e</p>", "<p>a <em>b <strong>c</strong></em><strong> d</strong> e</p>"),
        ("<p><em>a</p><p>b</em> c</p>", "<p><em>a</em></p><p><em>b</em> c</p>"),
        ('<a href="/x"><p>a</p></a><p>b</p>', '<p><a href="/x">a</a></p><p>b</p>'),
        ("<p><a href=/x?a=1&b=2 class='y' onclick=z>a</a></p>", '<p><a href="/x?a=1&amp;b=2">a</a></p>'),
        ("<ul><li>a<li>b</ul><style>p {}</style>c", "<ul><li>a</li><li>b</li></ul>c"),
        ("<p>a<em> </em>b<br/>c</p><textarea>d</textarea>", "<p>a<em> </em>b<br>c</p>d"),
        ('<ol start="3"><li>a</li></ol>', '<ol start="3"><li>a</li></ol>'),
    ],
)
def test_formatting_ends_where_its_paragraph_ends(text: str, kept: str) -> None:
    assert clean_html(text) == kept
    assert clean_html(kept) == kept


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


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("<ul><li></li></ul><ul><li>a</li></ul>", "<ul><li>a</li></ul>"),
        ("<ul><li>a</li><li><p>&nbsp;</p></li><li>b<br></li></ul>", "<ul><li>a</li><li>b<br></li></ul>"),
        ('<ul><li>a<ol start="2"><li> <br></li></ol></li></ul>', "<ul><li>a</li></ul>"),
    ],
)
def test_empty_list_items_are_removed(text: str, kept: str) -> None:
    assert clean_html(text) == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ('<p><a href="/x" title="Home > Council">a</a> b</p>', '<p><a href="/x">a</a> b</p>'),
        ("<p><a href='/x' title='5 > 3'>a</a> b</p>", '<p><a href="/x">a</a> b</p>'),
        ('<p><a href="/x?a>b">a</a> b</p>', '<p><a href="/x?a&gt;b">a</a> b</p>'),
        ('<div title="1 > 2"><b class="a>b">a</b> b</div>', "<p><strong>a</strong> b</p>"),
        (
            "<p title=\"1>a</p><p title=it's>it's > b</p>",
            "<p>a</p><p>it's &gt; b</p>",
        ),  # quotation marks without an end
    ],
)
def test_tag_goes_on_after_a_greater_than_sign_in_quotation_marks(text: str, kept: str) -> None:
    assert clean_html(text) == kept


@pytest.mark.parametrize(
    "attributes",
    [
        'href="/x"title="y"',
        'href="/x" class=',
        'title=it\'s href="/x"',
        'title="y" \u200b href="/x"',
        "HREF = /x href='/y'",
        'lang="fr" title="y" href="/x"',
    ],
)
def test_link_keeps_its_address_whatever_other_attributes_it_has(attributes: str) -> None:
    assert clean_html(f"<p><a {attributes}>a</a></p>") == '<p><a href="/x">a</a></p>'


@pytest.mark.parametrize("attributes", ['href="/x', "href=", 'title="y href="/x"', 'class=href="/x"'])
def test_link_whose_address_cannot_be_read_is_refused(attributes: str) -> None:
    with pytest.raises(ValidationError, match="The address of a link cannot be read: <a "):
        clean_html(f"<p><a {attributes}>a</a> b</p>")


def test_only_attributes_of_the_limited_set_are_kept() -> None:
    text = '<ol lang="fr" start=3 title="a"><li lang="fr"><a lang="fr" href="/x" hreflang="fr">a</a></li></ol>'
    assert clean_html(text) == '<ol start="3"><li><a href="/x">a</a></li></ol>'


@pytest.mark.parametrize("start", ["2", "10", "9999"])
def test_list_begins_with_a_number(start: str) -> None:
    for quoted in (start, f'"{start}"', f"'{start}'"):
        assert clean_html(f"<ol start={quoted}><li>a</li></ol>") == f'<ol start="{start}"><li>a</li></ol>'


@pytest.mark.parametrize(
    "start", ["Everybody resigned", "", "0", "1", "03", "-5", "10000", "9" * 5_000, "٣", "1_0", " 3"]
)
def test_other_beginnings_of_a_list_are_left_out(start: str) -> None:
    """Reviewers do not see what is not a number, nor what browsers do not count from."""
    assert clean_html(f'<ol start="{start}"><li>a</li></ol>') == "<ol><li>a</li></ol>"


def test_format_within_itself_counts_once() -> None:
    """48 formats in each other made comparisons and PDF files of a text of 100 kB take minutes."""
    assert clean_html("<p><em>a <strong>b <em>c</em> d</strong> e</em> f</p>") == (
        "<p><em>a <strong>b c d</strong> e</em> f</p>"
    )
    assert clean_html("<em>" * 50 + "a") == "<p><em>a</em></p>"


def test_formats_that_begin_again_in_a_few_paragraphs_are_kept() -> None:
    text = "<strong><em>" + "<p>a</p>" * 40
    assert clean_html(text) == "<p><strong><em>a</em></strong></p>" * 40
    link = f'<a href="https://example.eu/{"a" * 280}">'
    assert clean_html(f"{link}<ul>{'<li>a</li>' * 9}</ul></a>").count("<a ") == 9


def test_formats_that_begin_again_in_many_paragraphs_are_refused() -> None:
    """A note of 1.3 MB became one of 55 MB, whose page had 143 MB for each colleague."""
    with pytest.raises(ValidationError, match="Too many paragraphs of this text repeat its formats, or a long address"):
        clean_html("<strong><em><sub>" + "<p>a" * 400)
    with pytest.raises(ValidationError, match="Too many paragraphs"):
        clean_html(f'<a href="https://example.eu/{"a" * 300}">' + "<p>a" * 60)


def test_formats_can_be_50_deep() -> None:
    with pytest.raises(ValidationError) as refused:
        clean_html("<em>" * 51 + "a")
    assert refused.value.code == "max_depth"


@pytest.mark.parametrize("sign", ["\u202e", "&#x202e;", "\x01", "&#1;", "\u2028"])
def test_invisible_sign_does_not_hide_the_scheme_of_an_address(sign: str) -> None:
    assert clean_html(f'<p><a href="java{sign}script:alert(1)">a</a></p>') == "<p><a>a</a></p>"


def test_signs_that_nobody_sees_are_left_out() -> None:
    """Pages and comparisons did not show them, but programs that read the API had the words that they spell."""
    tags = "".join(chr(0xE0000 + ord(sign)) for sign in "He resigns")
    hidden = f"Fish{tags}eries\ufe00 \u3164policy"
    assert clean_html(f"<p>{hidden}</p>") == parse_typed_text(hidden) == "<p>Fisheries policy</p>"
    kept = "<p>το\u00ad1 ❤\ufe0f نامه\u200cای</p>"
    assert clean_html(kept) == kept


PIECES = ["<p>", "</p>", "<br>", "<em>", "</em>", "<strong>", "</strong>", "<ul>", "<li>", "</ul>", "<div ", "<script>"]
PIECES += [
    '<a href="/x">',
    "</a>",
    "<a ",
    '"',
    "'",
    ">",
    "<",
    "a",
    " ",
    "&nbsp;",
    "\n\n",
    "\0",
    "\u202e",
    "\u2028",
    "&lt;",
]


@given(st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
@example("<br></strong></strong>")
@example("<em>a\n\nb")
@example("<ul><li><em></ul>a")
@example("<p>&#x202e;</p>a")
@example("<p><em>&#x202e;</em></p>a")
@example("<p>\0</p>a\n\nb")
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean_html(clean_html(text)) == clean_html(text)


PARTS = ["<p>", "</p>", "<ul>", "<li>", "</li>", "</ul>", "<h3>", "</h3>", "<p>a</p>", "<ul><li>a</li></ul>"]
PARTS += ["<br>", "<em>", "</em>", "<em>a</em>", '<a href="/x">', "</a>", '<a href="/x?a&amp;b">a</a>', "a", " ", "\n"]


@given(st.lists(st.sampled_from(PARTS), max_size=12).map("".join))
@example("<p>a <em>b</em><br> <strong>c d</strong></p><ul><li>e</li><li></li></ul><h4></h4>")
@example("<p><em> </em></p>")
@example("<em></em>")
@example("<em>a</em></p>")
@example("<ul><ul><li>a</li></ul></ul>")
def test_text_that_is_nested_already_stays_as_if_it_was_written_anew(text: str) -> None:
    assert nest_tags(text) == write_tags_anew(text)
