"""The words of notes in English."""

import re

from agenda.notes.english_written import WRITTEN
from agenda.notes.words import (
    AgendaWords,
    CalendarWords,
    ClockWords,
    HeaderWords,
    NoteWords,
    OpeningWords,
    PressWords,
    phrase,
)
from meetings.vocabulary import LinkKind, PointKind, PublicBasis, PublicSession

CALENDAR = CalendarWords(
    months=tuple("January February March April May June July August September October November December".split()),
    weekdays=tuple("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()),
    ordinals=("st", "nd", "rd", "th"),
    joiners=("and", "to", "until", "&"),
    leading=("on", "from"),
)

CLOCK = ClockWords(
    exact=("at", "starting at"),
    approximate=(
        "at around", "at about", "at approximately", "around", "about", "approximately", "approx.", "approx", "circa",
        "ca.", "c.",
    ),
    from_then_on=("as from", "as of", "from", "starting from", "not before"),
    relative=(
        (
            "(?:immediately |shortly |right )?(?:at|after|following) the (?:end|close|conclusion) of (?:the "
            ")?[^(),.;:]{3,80}"
        ),
        (
            "(?:immediately |shortly |right )?(?:after|following|before) (?:the )?(?:[a-z]+ )?"
            "(?:meeting|council|session|lunch|dinner|breakfast|debate)"
        ),
    ),
    to_be_confirmed=("time to be confirmed", "to be confirmed", "time tbc", "tbc", "t.b.c."),
    oclock=("o'clock", "o’clock", "hours", "hrs", "h"),
    noon=("noon", "midday"),
    morning=("am", "a.m."),
    afternoon=("pm", "p.m."),
)  # fmt: skip

HEADER = HeaderWords(
    institution=phrase("(?:general secretariat of the )?council of the european union|council of the eu"),
    press_mark=phrase("press(?: office| service)?"),
    family=phrase("background(?: brief| note)?"),
    other_families=(
        (phrase("(?:draft |provisional )?indicative programme"), "an indicative programme"),
        (phrase("media advisory"), "a media advisory"),
        (phrase("(?:draft |revised )?(?:provisional )?agenda(?: highlights)?"), "an agenda"),
        (phrase("press release"), "a press release"),
        (phrase("outcome of the council meeting"), "an outcome of a meeting"),
    ),
    council="Council",
    usual_cities=("Brussels", "Luxembourg", "Strasbourg"),
    in_city=("in",),
)

OPENING = OpeningWords(
    chaired=phrase(
        r"\b(?:(?:the|this|both|all) [^.;]{0,80}?"
        r"\b(?:meetings?|sessions?|council|days?|parts?|debates?|strands?)\b|it\b)[^;]{0,100}?"
        r"\b(?:be|is|are|and) (?:jointly |co-)?(?:chaired|presided over)(?: on (?P<day>[^,*]{3,30}))? by (?P<chairs>.+)"
    ),
    chairing=phrase(
        r"(?P<chairs>.+?),? (?:will|is to) chair (?:the|both|this) (?:[\w-]+ )*"
        r"(?:meetings?|sessions?|council|debates?)\b.*"
    ),
    starts=phrase(
        r"\b(?:(?:meeting|session|council|it)\**(?:,? [^.;]{1,60})? (?:will |is to )?(?:starts?|begins?|opens?"
        r"|commences?)"
        r"|ministers (?:will )?(?:meet|convene)(?= (?:on [^.;]{3,30}? )?(?:at|from) \d)) (?P<time>.+)"
    ),
    whole=phrase(r"(?:the (?:meeting|council)|both|all)\b"),
    session=phrase(r"\bthe \**(?P<session>[^.,;*]{3,80}?)\** (?:session|part|council|strand)\b"),
    conjunction="and",
    article="the ",
    by="by",
    facts_behind=re.compile(r"\bby\b|\bat\b"),
    role_starts=(
        "minister", "federal", "state", "deputy", "prime", "vice", "secretary", "high", "president", "commissioner",
        "parliamentary", "undersecretary", "under-secretary", "chancellor",
    ),
    of="(?:of|for) ",
)  # fmt: skip

PRESS = PressWords(
    press_heading=phrase("press (?:conferences?|events?|briefings?|programme|information|opportunities)"),
    other_heading=phrase(
        "(?:other (?:press )?events?|in the margins(?: of the (?:council|meeting))?|events? in the margins(?: "
        "of the (?:council|meeting))?)"
        "(?:: (?P<text>.+))?"
    ),
    margins=phrase("margins"),
    point_kinds=(
        (phrase(r"\bpress (?:and [a-z]+ )?briefing"), PointKind.PRESS_BRIEFING),
        (phrase(r"\bpress conference"), PointKind.PRESS_CONFERENCE),
        (phrase(r"\bregistration\b"), PointKind.REGISTRATION),
        (phrase(r"\bdoorsteps?\b"), PointKind.DOORSTEP),
        (phrase(r"\barrivals?\b"), PointKind.ARRIVALS),
        (phrase(r"\b(?:working )?(?:lunch|dinner|breakfast)\b"), PointKind.MEAL),
        (
            phrase(
                r"^(?:start|beginning|opening) of\b|^(?:start|beginning)\b|\b(?:meeting|council|session) "
                r"(?:starts|begins|resumes)"
            ),
            PointKind.START,
        ),
        (phrase(r"\b(?:round ?table|tour de table)\b"), PointKind.ROUND_TABLE),
    ),
    held=phrase(r"\bpress (?P<what>conference|briefing)s?\b"),
    live=phrase("live(?: stream(?:ing|ed)?)?|streamed live"),
    link_kinds=(
        (
            phrase(r"\b(?:broadcast quality|video coverage|footage|media gallery|newsroom|photos and videos?)\b"),
            LinkKind.BROADCAST,
        ),
        (
            phrase(
                r"\b(?:streaming|streamed|live ?stream|webcast|watch live|followed live|public sessions?)\b|^live\b"
            ),
            LinkKind.LIVE_STREAM,
        ),
        (phrase(r"\binfographics?\b"), LinkKind.INFOGRAPHIC),
        (phrase(r"\bbackground (?:information|page|brief)\b"), LinkKind.BACKGROUND),
        (phrase(r"\bphotos?\b"), LinkKind.PHOTOS),
        (phrase(r"\brecordings?\b"), LinkKind.RECORDING),
        (phrase(r"\b(?:registration|register)\b|\baccreditation\b"), LinkKind.REGISTRATION),
        (phrase(r"\bpress releases?\b"), LinkKind.PRESS_RELEASE),
        (phrase(r"\bconclusions\b"), LinkKind.CONCLUSIONS),
        (
            phrase(
                r"^(?:draft |amended )*(?:proposal|regulation|directive|decision|recommendation|report"
                r"|communication|document)s?\b"
            ),
            LinkKind.DOCUMENT,
        ),
        (phrase(r"\b(?:documents?|full text|agenda)\b"), LinkKind.DOCUMENT),
    ),
    of_the_meeting=frozenset({LinkKind.LIVE_STREAM, LinkKind.BROADCAST, LinkKind.PHOTOS, LinkKind.REGISTRATION}),
    to_be_found_on=phrase(r"(?: (?:on|at|here))?:"),
    unlinked=phrase(r"infographic\s*[-–—:]\s*\S.*|.*\S \(background (?:information|page|brief)\)"),
    office_address=phrase(r"rue de la loi 175\b.*"),
    contact=phrase(r"(?P<label>press (?:officers?|contacts?)|media contacts?|contacts?)\s*: (?P<rest>.+)"),
    officer=phrase("officer"),
    contacts_heading=phrase(r"(?:press|media) (?:contacts|officers)\s*:?"),
    office=phrase(
        r"(?P<name>press (?:office|service)(?:\s*[-–—,|]\s*general secretariat(?: of the council)?)?)"
        r"(?:\s*[-–—,|]\s*(?P<rest>.+))?"
    ),
    telephone=phrase(r"(?:(?:tel|phone|mobile|mob|gsm)\b\.?\s*:?\s*)?(?P<number>\+?[\d(][\d\s()./-]{5,24}\d)"),
    notice=phrase(
        "this (?:note|document|background(?: brief| note)?) (?:has been|was|is) (?:drawn up|prepared|issued)"
    ),
)

AGENDA = AgendaWords(
    other_business=phrase(
        r"(?:any other business|aob|other business)(?: items?)?(?: \(continued\))?(?: \((?P<mark>[^()]+)\))?:?"
    ),
    one_other_business=phrase(r"(?:any other business|aob): (?P<title>\S.*)"),
    a_items=phrase(
        r"(?:(?:approval|adoption|list) of )?(?:the )?(?:(?:non-)?legislative )?(?:list of )?"
        r"[\"'“”‘’]?a[\"'“”‘’]?[-\s](?:items|points).*"
    ),
    lunch=phrase(r"(?:working )?lunch: (?=\S)"),
    meal=phrase(r"(?:(?:informal|working|ministerial) )*(?:lunch|dinner|breakfast)\b.*"),
    public=(
        (
            phrase(r"(?:poss\.|possibly|possible) (?:in )?(?:a )?public (?:session|debate|deliberation)"),
            PublicSession.POSSIBLY,
            PublicBasis.NOT_STATED,
        ),
        (phrase("(?:in )?(?:a )?public session"), PublicSession.YES, PublicBasis.NOT_STATED),
        (phrase("public deliberation"), PublicSession.YES, PublicBasis.DELIBERATION),
        (phrase("public debate"), PublicSession.YES, PublicBasis.DEBATE),
        (phrase("public, live streaming"), PublicSession.YES, PublicBasis.LIVE_STREAM),
        (phrase("not public|not in public"), PublicSession.NO, PublicBasis.NOT_STATED),
    ),
    information=phrase(
        r"(?:information|presentation|request|update|briefing)(?: note)? (?:provided |given |presented "
        r"|submitted |requested )?(?:from|by) "
        r"(?P<providers>.+)"
    ),
    supported=phrase(r",? (?:supported by|with the support of) "),
    delegation=phrase(" delegations?"),
    institutions={
        "commission": "Commission",
        "european commission": "Commission",
        "presidency": "Presidency",
        "council presidency": "Presidency",
        "high representative": "High Representative",
        "european central bank": "European Central Bank",
        "european investment bank": "European Investment Bank",
    },
    outcomes=phrase(
        r"(?:(?:partial |revised )?general approach|policy debate|orientation debate|public debate|exchange of views|"
        r"progress report|state of play|political agreement|political guidance|"
        r"(?:council |draft )?conclusions|adoption|approval|"
        r"presentation by the [a-z\s]+|(?:council )?recommendation|decision|first reading|debate)"
        r"(?:\s*[-–/,] ?(?:adoption|approval|exchange of views|policy debate|presentation by the [a-z\s]+))*"
    ),
    strands=frozenset(
        {
            "agriculture", "art. 50", "art. 50 format", "audiovisual", "budget", "climate", "competitiveness",
            "consumer affairs", "culture", "culture and audiovisual", "culture/audiovisual", "defence", "development",
            "economic and financial affairs", "education", "employment", "employment and social policy", "energy",
            "environment", "fisheries", "foreign affairs", "general affairs", "health", "home affairs", "industry",
            "internal market", "internal market and industry", "justice", "justice and home affairs", "mixed committee",
            "research", "research and space", "social policy", "space", "sport", "telecommunications", "tourism",
            "trade", "transport", "youth",
        }
    ),
    small_words=frozenset("a an and as at but by for from in nor of on or per the to via with".split()),
    acronyms=frozenset(
        (
            "EU UK US USA UN EEA EFTA NATO OSCE WTO OECD IMF ECB EIB G7 G20 AOB PNR SIS ETIAS EES VIS VAT ICT AI "
            "COP TTIP CETA ACP TEU TFEU II III IV"
        ).split()
    ),
    finite_verbs=phrase(r"\b(?:will|is|are|was|were|has|have|had|would|should|shall|can|may|might|could|must)\b"),
    conjunction="and",
    regulations=phrase(
        r"(?:\bno|\bnos|\(e[ucs]\)|\(eec\)|\(euratom\)|\bregulation|\bdirective|\bdecision|\bcases?|\bjudgment)\.? ?$"
    ),
)  # fmt: skip

ENGLISH = NoteWords(
    language="en",
    name="English",
    calendar=CALENDAR,
    clock=CLOCK,
    header=HEADER,
    opening=OPENING,
    press=PRESS,
    agenda=AGENDA,
    written=WRITTEN,
)
