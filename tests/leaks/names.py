"""The names of hidden subjects, as values of path parts and query parameters.

Each path part or query parameter has as many values in `HIDDEN` as in `NOBODY`, in pairs of the same length: one of a
hidden subject, the other of a subject that does not exist. If both are equal, the value names no subject. `LIVE` and
`GONE` have been published; their second edition has not.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from meetings.documents.document_numbers import parse_procedure_code
from tests.factories import DAY, PRESS_DATE, PRESS_DAY, make_uuid

NamesByParameter = Mapping[str, Sequence[str]]

HIDDEN_WORD = "Zanzibar"  # in every text of what is hidden
UNUSED_WORD = "Zanzibaq"  # in nothing
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
PART_KINDS = ("item", "link", "point")
OBJECT_KINDS = ("meeting", "topic", *PART_KINDS)
HIDDEN_EDITIONS, UNKNOWN_EDITIONS = ("1", "2", "1..2"), ("1", "7", "1..7")


def build_id(owner: str, kind: str) -> UUID:
    return make_uuid(f"{owner} {kind}")


def build_document_number(word: str) -> str:
    """Return a document number like that of another institution; those of the Council cannot contain a word."""
    return f"{word} 9999/60"


def build_procedure_code(word: str) -> str:
    """Return the code of an interinstitutional file, a different one for each word."""
    return f"2060/{sum(word.encode()):04} (COD)"


def build_file_slug(word: str) -> str:
    code = parse_procedure_code(build_procedure_code(word))
    assert code
    return code.slug


def build_digest(owner: str) -> str:
    return build_id(owner, "image").hex * 2


def build_names(
    owners: Sequence[str], parts: Sequence[str], word: str, editions: Sequence[str]
) -> dict[str, list[str]]:
    """Return the values of all parameters.

    `owners` are subjects with addresses: the original one and the one that they are moved to. `parts` are names of
    parts within another meeting.
    """
    ids = [str(build_id(owners[0], kind)) for kind in OBJECT_KINDS]
    ids += [str(build_id(one, kind)) for one in parts for kind in PART_KINDS]
    own = {kind: str(build_id(owners[0], kind)) for kind in OBJECT_KINDS}
    return {
        "id": ids,
        "meeting": [own["meeting"]],
        "owner": [own["meeting"], own["item"], own["topic"]],
        "topic": [own["topic"], SLUGS[owners[0]]],
        "configuration": ["jha" for _one in owners],
        "dates": [f"{DATES[one]:%Y/%m/%d}" for one in owners],
        "address": [
            *(f"meetings/jha/{DATES[one]:%Y/%m/%d}/" for one in owners),
            *(f"topics/{SLUGS[one]}/" for one in owners),
        ],
        "slug": [*(SLUGS[one] for one in owners), "jha"],
        "place": [word],
        "document": [build_document_number(word)],
        "procedure": [build_procedure_code(word)],
        "file": [build_file_slug(word)],
        "q": [word],
        "digest": [build_digest(owners[0])],
        "token": [build_digest(owners[0])],
        "number": list(editions),
        "edition": list(editions),
        "which": list(editions),
        **{name: list(editions[:2]) for name in ("from", "to", "before")},
    }


# Values that are the same for all subjects, because they name no meeting or topic.
DATE = str(DATES["hidden"])
COMMON = {
    "uidb64": ["x"],
    "token": ["x-y"],
    "key": ["1"],
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
    "cancelled": ["0"],
    "takes_place": ["true", "false"],
    "form": ["formal"],
    "view": ["month"],
    "part": ["pages", "topics", "files", "meetings-2060"],
    "page": ["1", "2"],
    "day": [DATE, str(DATES["moved"]), "2060-02-30"],  # each names the days around it
    "date": [DATE, "2060-02-30"],
    "in": ["items"],
    "delegation": ["pl", "xx"],
    "information_from": ["PL"],
    "supported_by": ["PL"],
    "name": ["480.webp", "full.jpg"],
}
OF_PAGES = {"kind": ["results", "withdrawn", "press_conference", "live"]}  # where the API has other values
HIDDEN = COMMON | build_names(("hidden", "moved"), ("correction", "return"), HIDDEN_WORD, HIDDEN_EDITIONS)
NOBODY = COMMON | build_names(
    ("nobody's", "nobody's other"), ("nobody's correction", "nobody's return"), UNUSED_WORD, UNKNOWN_EDITIONS
)
LIVE = COMMON | build_names(("live",), (), "Brussels", HIDDEN_EDITIONS)
LIVE_OF_NOBODY = COMMON | build_names(("live",), (), "Brussels", UNKNOWN_EDITIONS)
GONE = COMMON | build_names(("gone",), (), "Brussels", HIDDEN_EDITIONS)
GONE_OF_NOBODY = COMMON | build_names(("gone",), (), "Brussels", UNKNOWN_EDITIONS)
PAIRS = ((HIDDEN, NOBODY), (LIVE, LIVE_OF_NOBODY), (GONE, GONE_OF_NOBODY))

PUBLIC_PAGES = (  # where a hidden meeting and topic stand as soon as they are public
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
    f"/en/search/?q={HIDDEN_WORD}",
    "/api/v1/meetings/",
    f"/api/v1/meetings/{build_id('hidden', 'meeting')}/",
    "/api/v1/topics/",
    f"/api/v1/topics/{build_id('hidden', 'topic')}/",
    "/api/v1/agenda-items/",
    f"/api/v1/agenda-items/{build_id('hidden', 'item')}/",
    "/api/v1/programme/",
    f"/api/v1/programme/{build_id('hidden', 'point')}/",
    "/en/press-conferences/calendar.ics",
    "/en/delegations/pl/",
    "/en/files/",
    f"/en/files/{HIDDEN['file'][0]}/",
    f"/en/files/{HIDDEN['file'][0]}/calendar.ics",
    "/api/v1/files/",
    f"/api/v1/files/{HIDDEN['file'][0]}/",
    "/api/v1/media-links/",
    f"/api/v1/media-links/{build_id('hidden', 'link')}/",
    f"/en/meetings/{DATE[:4]}/{DATE[5:7]}/",
)
