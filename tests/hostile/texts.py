"""Texts with which somebody attacked the product, by what they hold."""

LINES = {
    "line feed": "Fisheries\nBEGIN:VALARM",
    "carriage return": "Fisheries\rX-WR-CALNAME:gone",
    "vertical tab": "Fisheries\vpolicy",
    "form feed": "Fisheries\fpolicy",
    "file separator": "Fisheries\x1cpolicy",
    "next line": "Fisheries\x85policy",
    "line separator": "Fisheries\u2028policy",
    "paragraph separator": "Fisheries\u2029policy",
    "tab": "Fisheries\tpolicy",
    "bell": "Fisheries\x07policy",
    "delete": "Fisheries\x7fpolicy",
    "noncharacter": "Fisheries\uffffpolicy",
    "right-to-left override": "Fisheries \u202eycilop",
    "left-to-right override": "Fisheries \u202dpolicy",
    "isolate": "Fisheries \u2066policy\u2069",
    "tag characters": "Fisheries\U000e0070\U000e006f",
    "variation selector": "Fisheries\ufe00policy",
    "Hangul filler": "Fisheries\u3164policy",
}
"""Texts of one line that no way in may accept."""

EVERY_SIGN = "Fisheries" + "".join(text.removeprefix("Fisheries") for text in LINES.values())
"""All of them in one text, which stands in editions that were published before such texts were refused."""

FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(1)",
    " =1+1",
    "\t=1+1",
    "\n=1+1",
    "\u00a0=1+1",
    ";=1+1",
    "a;=1+1",
    "a\n=1+1",
    'a;"=1+1',
    "﹦1+1",
)
"""Cells of a table that a spreadsheet would calculate."""

LONG_TEXTS = tuple(
    part * (2_000_000 // len(part)) for part in ("<p ", "<!--", "<b>", "&", "a", "</p ", "**a ", "<a href=")
)
"""Formatted texts that once took minutes to clean, each of two million characters."""
