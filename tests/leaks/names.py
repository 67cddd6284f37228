"""What hidden things are called: what stands in an address that asks for them.

Each name of a path part or a query parameter has as many values in `HIDDEN` as in `NOBODY`, pair by pair of the same
length: the first is of something hidden, the second of nothing that anybody ever wrote. Where the two are the same, the
value tells of nothing by itself. `LIVE` and `GONE` have been published; their second edition has not.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from tests.cast import DAY, PRESS_DATE, PRESS_DAY, named

Names = Mapping[str, Sequence[str]]

SECRET = "Zanzibar"  # in every text of what is hidden
UNKNOWN = "Zanzibaq"  # in nothing
DATES = {
    "hidden": PRESS_DATE,
    "moved": PRESS_DATE + DAY,  # by a hidden correction of what is live
    "live": PRESS_DATE - DAY,
    "gone": PRESS_DATE - 2 * DAY,
    "nobody's": PRESS_DATE + 40 * DAY,
    "nobody's other": PRESS_DATE + 41 * DAY,
}
SLUGS = {
    "hidden": "zanzibar",
    "moved": "zanzibar-moved",
    "live": "migration-policy",
    "gone": "gone",
    "nobody's": "zanzibaq",
    "nobody's other": "zanzibaq-moved",
}
PARTS = ("item", "link")
KINDS = ("meeting", "topic", *PARTS)
HIDDEN_EDITIONS, UNKNOWN_EDITIONS = ("1", "2", "1..2"), ("1", "7", "1..7")


def id_of(whose: str, kind: str) -> UUID:
    return named(f"{whose} {kind}")


def document_of(word: str) -> str:
    """A number, as another institution's: the Council's own have no word in them."""
    return f"{word} 9999/60"


def code_of(word: str) -> str:
    """Of an interinstitutional file, another for another word."""
    return f"2060/{sum(word.encode()):04} (COD)"


def digest_of(whose: str) -> str:
    return id_of(whose, "image").hex * 2


def names_of(whose: Sequence[str], parts: Sequence[str], word: str, editions: Sequence[str]) -> dict[str, list[str]]:
    """`whose` have addresses: their own and what it is moved to. `parts` are in somebody else's meeting."""
    ids = [str(id_of(whose[0], kind)) for kind in KINDS]
    ids += [str(id_of(one, kind)) for one in parts for kind in PARTS]
    own = {kind: str(id_of(whose[0], kind)) for kind in KINDS}
    return {
        "id": ids,
        "meeting": [own["meeting"]],
        "owner": [own["meeting"], own["item"], own["topic"]],
        "topic": [own["topic"], SLUGS[whose[0]]],
        "configuration": ["jha" for _one in whose],
        "dates": [f"{DATES[one]:%Y/%m/%d}" for one in whose],
        "address": [
            *(f"meetings/jha/{DATES[one]:%Y/%m/%d}/" for one in whose),
            *(f"topics/{SLUGS[one]}/" for one in whose),
        ],
        "slug": [*(SLUGS[one] for one in whose), "jha"],
        "place": [word],
        "document": [document_of(word)],
        "procedure": [code_of(word)],
        "q": [word],
        "digest": [digest_of(whose[0])],
        "token": [digest_of(whose[0])],
        "number": list(editions),
        "edition": list(editions),
        "which": list(editions),
        **{name: list(editions[:2]) for name in ("from", "to", "before")},
    }


# The same for everybody: no value of these tells of one meeting or topic.
DATE = str(DATES["hidden"])
COMMON = {
    "period": ["2060-2"],
    "year": [DATE[:4]],
    "month": [DATE[5:7]],
    "date_from": [DATE],
    "date_to": [DATE],
    "presidency": ["EL"],
    "country": ["EL"],
    "status": ["provisional", "confirmed", "postponed,cancelled"],
    "lang": ["el"],
    "limit": ["1"],
    "since": [f"{DATE}T00:00:00Z"],
    "format": ["csv"],
    "fields": ["id,language"],
    "as_of": [
        "2060-09-14T07:00:00Z",
        f"{PRESS_DAY + DAY:%Y-%m-%dT%H:%M:%SZ}",
        "2060-09-17T08:00:00Z",
    ],  # all but one past
    "modified_since": ["2060-09-14T07:00:00Z", "2060-09-17T08:00:00Z"],
    "points": ["1"],
    "form": ["formal"],
    "view": ["month"],
    "part": ["pages", "topics", "meetings-2060"],
    "page": ["1", "2"],
    "day": [DATE, str(DATES["moved"]), "2060-02-30"],  # each names the days around it
    "date": [DATE, "2060-02-30"],
    "in": ["items"],
}
HIDDEN = COMMON | names_of(("hidden", "moved"), ("correction", "return"), SECRET, HIDDEN_EDITIONS)
NOBODY = COMMON | names_of(
    ("nobody's", "nobody's other"), ("nobody's correction", "nobody's return"), UNKNOWN, UNKNOWN_EDITIONS
)
LIVE = COMMON | names_of(("live",), (), "Brussels", HIDDEN_EDITIONS)
LIVE_OF_NOBODY = COMMON | names_of(("live",), (), "Brussels", UNKNOWN_EDITIONS)
GONE = COMMON | names_of(("gone",), (), "Brussels", HIDDEN_EDITIONS)
GONE_OF_NOBODY = COMMON | names_of(("gone",), (), "Brussels", UNKNOWN_EDITIONS)
PAIRS = ((HIDDEN, NOBODY), (LIVE, LIVE_OF_NOBODY), (GONE, GONE_OF_NOBODY))

SURFACES = (  # where a hidden meeting and topic stand as soon as they are public
    "/en/",
    f"/en/day/{DATE}/",
    "/en/meetings/",
    "/en/meetings/jha/",
    f"/en/meetings/jha/{HIDDEN['dates'][0]}/",
    *(f"/en/meetings/jha/{HIDDEN['dates'][0]}/note.{form}" for form in ("pdf", "docx", "txt")),
    f"/en/meetings/jha/{HIDDEN['dates'][0]}/editions/1/note.pdf",
    "/en/topics/",
    "/en/topics/zanzibar/",
    "/en/topics/zanzibar/feed.atom",
    "/en/meetings/calendar.ics",
    "/en/meetings/jha/calendar.ics",
    f"/en/meetings/jha/{HIDDEN['dates'][0]}/meeting.ics",
    "/en/topics/zanzibar/calendar.ics",
    f"/en/search/?q={SECRET}",
    "/api/v1/meetings/",
    f"/api/v1/meetings/{id_of('hidden', 'meeting')}/",
    "/api/v1/topics/",
    f"/api/v1/topics/{id_of('hidden', 'topic')}/",
    "/api/v1/agenda-items/",
    f"/api/v1/agenda-items/{id_of('hidden', 'item')}/",
    "/api/v1/media-links/",
    f"/api/v1/media-links/{id_of('hidden', 'link')}/",
    f"/en/meetings/{DATE[:4]}/{DATE[5:7]}/",
)
