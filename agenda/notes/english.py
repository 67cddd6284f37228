"""Phrases to read notes in English."""

import re

from agenda.notes.english_output import WRITTEN
from agenda.notes.phrases import (
    AgendaPhrases,
    CalendarPhrases,
    ClockPhrases,
    HeaderPhrases,
    NotePhrases,
    OpeningPhrases,
    PressPhrases,
    compile_phrase,
)
from meetings.documents.choices import LinkKind, PointKind, PublicBasis, PublicSession

CALENDAR = CalendarPhrases(
    language="en",
    ordinals=("st", "nd", "rd", "th"),
    day_joiners=("and", "to", "until", "&"),
    day_prefixes=("on", "from"),
)

CLOCK = ClockPhrases(
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

HEADER = HeaderPhrases(
    institution=compile_phrase("(?:general secretariat of the )?council of the european union|council of the eu"),
    press_mark=compile_phrase("press(?: office| service)?"),
    note_type=compile_phrase("background(?: brief| note)?"),
    other_note_types=(
        (compile_phrase("(?:draft |provisional )?indicative programme"), "an indicative programme"),
        (compile_phrase("media advisory"), "a media advisory"),
        (compile_phrase("(?:draft |revised )?(?:provisional )?agenda(?: highlights)?"), "an agenda"),
        (compile_phrase("press release"), "a press release"),
        (compile_phrase("outcome of the council meeting"), "an outcome of a meeting"),
    ),
    council="Council",
    usual_cities=("Brussels", "Luxembourg", "Strasbourg"),
    city_prepositions=("in",),
)

OPENING = OpeningPhrases(
    chaired=compile_phrase(
        r"\b(?:(?:the|this|both|all) [^.;]{0,80}?"
        r"\b(?:meetings?|sessions?|council|days?|parts?|debates?|strands?)\b|it\b)[^;]{0,100}?"
        r"\b(?:be|is|are|and) (?:jointly |co-)?(?:chaired|presided over)(?: on (?P<day>[^,*]{3,30}))? by (?P<chairs>.+)"
    ),
    chairing=compile_phrase(
        r"(?P<chairs>.+?),? (?:will|is to) chair (?:the|both|this) (?:[\w-]+ )*"
        r"(?:meetings?|sessions?|council|debates?)\b.*"
    ),
    starts=compile_phrase(
        r"\b(?:(?:meeting|session|council|it)\**(?:,? [^.;]{1,60})? (?:will |is to )?(?:starts?|begins?|opens?"
        r"|commences?)"
        r"|ministers (?:will )?(?:meet|convene)(?= (?:on [^.;]{3,30}? )?(?:at|from) \d)) (?P<time>.+)"
    ),
    whole_meeting=compile_phrase(r"(?:the (?:meeting|council)|both|all)\b"),
    session=compile_phrase(r"\bthe \**(?P<session>[^.,;*]{3,80}?)\** (?:session|part|council|strand)\b"),
    conjunction="and",
    article="the ",
    by="by",
    subject_end=re.compile(r"\bby\b|\bat\b"),
    role_beginnings=(
        "minister", "federal", "state", "deputy", "prime", "vice", "secretary", "high", "president", "commissioner",
        "parliamentary", "undersecretary", "under-secretary", "chancellor",
    ),
    country_preposition="(?:of|for) ",
)  # fmt: skip

PRESS = PressPhrases(
    press_heading=compile_phrase("press (?:conferences?|events?|briefings?|programme|information|opportunities)"),
    other_heading=compile_phrase(
        "(?:other (?:press )?events?|in the margins(?: of the (?:council|meeting))?|events? in the margins(?: "
        "of the (?:council|meeting))?)"
        "(?:: (?P<text>.+))?"
    ),
    margins=compile_phrase("margins"),
    point_kinds=(
        (compile_phrase(r"\bpress (?:and [a-z]+ )?briefing"), PointKind.PRESS_BRIEFING),
        (compile_phrase(r"\bpress conference"), PointKind.PRESS_CONFERENCE),
        (compile_phrase(r"\bregistration\b"), PointKind.REGISTRATION),
        (compile_phrase(r"\bdoorsteps?\b"), PointKind.DOORSTEP),
        (compile_phrase(r"\barrivals?\b"), PointKind.ARRIVALS),
        (compile_phrase(r"\b(?:working )?(?:lunch|dinner|breakfast)\b"), PointKind.MEAL),
        (
            compile_phrase(
                r"^(?:start|beginning|opening) of\b|^(?:start|beginning)\b|\b(?:meeting|council|session) "
                r"(?:starts|begins|resumes)"
            ),
            PointKind.START,
        ),
        (compile_phrase(r"\b(?:round ?table|tour de table)\b"), PointKind.ROUND_TABLE),
    ),
    announcement=compile_phrase(r"\bpress (?P<what>conference|briefing)s?\b"),
    live=compile_phrase("live(?: stream(?:ing|ed)?)?|streamed live"),
    link_kinds=(
        (
            compile_phrase(
                r"\b(?:broadcast quality|video coverage|footage|media gallery|newsroom|photos and videos?)\b"
            ),
            LinkKind.BROADCAST,
        ),
        (
            compile_phrase(
                r"\b(?:streaming|streamed|live ?stream|webcast|watch live|followed live|public sessions?)\b|^live\b"
            ),
            LinkKind.LIVE_STREAM,
        ),
        (compile_phrase(r"\binfographics?\b"), LinkKind.INFOGRAPHIC),
        (compile_phrase(r"\bbackground (?:information|page|brief)\b"), LinkKind.BACKGROUND),
        (compile_phrase(r"\bphotos?\b"), LinkKind.PHOTOS),
        (compile_phrase(r"\brecordings?\b"), LinkKind.RECORDING),
        (compile_phrase(r"\b(?:registration|register)\b|\baccreditation\b"), LinkKind.REGISTRATION),
        (compile_phrase(r"\bpress releases?\b"), LinkKind.PRESS_RELEASE),
        (compile_phrase(r"\bconclusions\b"), LinkKind.CONCLUSIONS),
        (
            compile_phrase(
                r"^(?:draft |amended )*(?:proposal|regulation|directive|decision|recommendation|report"
                r"|communication|document)s?\b"
            ),
            LinkKind.DOCUMENT,
        ),
        (compile_phrase(r"\b(?:documents?|full text|agenda)\b"), LinkKind.DOCUMENT),
    ),
    meeting_link_kinds=frozenset({LinkKind.LIVE_STREAM, LinkKind.BROADCAST, LinkKind.PHOTOS, LinkKind.REGISTRATION}),
    address_follows=compile_phrase(r"(?: (?:on|at|here))?:"),
    link_without_address=compile_phrase(r"infographic\s*[-–—:]\s*\S.*|.*\S \(background (?:information|page|brief)\)"),
    office_address=compile_phrase(r"rue de la loi 175\b.*"),
    contact=compile_phrase(r"(?P<label>press (?:officers?|contacts?)|media contacts?|contacts?)\s*: (?P<rest>.+)"),
    officer_label=compile_phrase("officer"),
    contacts_heading=compile_phrase(r"(?:press|media) (?:contacts|officers)\s*:?"),
    office=compile_phrase(
        r"(?P<name>press (?:office|service)(?:\s*[-–—,|]\s*general secretariat(?: of the council)?)?)"
        r"(?:\s*[-–—,|]\s*(?P<rest>.+))?"
    ),
    telephone=compile_phrase(r"(?:(?:tel|phone|mobile|mob|gsm)\b\.?\s*:?\s*)?(?P<number>\+?[\d(][\d\s()./-]{5,24}\d)"),
    notice=compile_phrase(
        "this (?:note|document|background(?: brief| note)?) (?:has been|was|is) (?:drawn up|prepared|issued)"
    ),
)

AGENDA = AgendaPhrases(
    other_business=compile_phrase(
        r"(?:any other business|aob|other business)(?: items?)?(?: \(continued\))?(?: \((?P<mark>[^()]+)\))?:?"
    ),
    inline_other_business=compile_phrase(r"(?:any other business|aob): (?P<title>\S.*)"),
    a_items=compile_phrase(
        r"(?:(?:approval|adoption|list) of )?(?:the )?(?:(?:non-)?legislative )?(?:list of )?"
        r"[\"'“”‘’]?a[\"'“”‘’]?[-\s](?:items|points).*"
    ),
    lunch_prefix=compile_phrase(r"(?:working )?lunch: (?=\S)"),
    meal=compile_phrase(r"(?:(?:informal|working|ministerial) )*(?:lunch|dinner|breakfast)\b.*"),
    public_marks=(
        (
            compile_phrase(r"(?:poss\.|possibly|possible) (?:in )?(?:a )?public (?:session|debate|deliberation)"),
            PublicSession.POSSIBLY,
            PublicBasis.NOT_STATED,
        ),
        (compile_phrase("(?:in )?(?:a )?public session"), PublicSession.YES, PublicBasis.NOT_STATED),
        (compile_phrase("public deliberation"), PublicSession.YES, PublicBasis.DELIBERATION),
        (compile_phrase("public debate"), PublicSession.YES, PublicBasis.DEBATE),
        (compile_phrase("public, live streaming"), PublicSession.YES, PublicBasis.LIVE_STREAM),
        (compile_phrase("not public|not in public"), PublicSession.NO, PublicBasis.NOT_STATED),
    ),
    information=compile_phrase(
        r"(?:information|presentation|request|update|briefing)(?: note)? (?:provided |given |presented "
        r"|submitted |requested )?(?:from|by) "
        r"(?P<providers>.+)"
    ),
    supported=compile_phrase(r",? (?:supported by|with the support of) "),
    delegation=compile_phrase(" delegations?"),
    institutions={
        "commission": "Commission",
        "european commission": "Commission",
        "presidency": "Presidency",
        "council presidency": "Presidency",
        "high representative": "High Representative",
        "european central bank": "European Central Bank",
        "european investment bank": "European Investment Bank",
    },
    outcomes=compile_phrase(
        r"(?:(?:partial |revised )?general approach|policy debate|orientation debate|public debate|exchange of views|"
        r"progress report|state of play|political agreement|political guidance|"
        r"(?:council |draft )?conclusions|adoption|approval|"
        r"presentation by the [a-z\s]+|(?:council )?recommendation|decision|first reading|debate)"
        r"(?:\s*[-–/,] ?(?:adoption|approval|exchange of views|policy debate|presentation by the [a-z\s]+))*"
    ),
    session_names=frozenset(
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
    uncapitalised_words=frozenset("a an and as at but by for from in nor of on or per the to via with".split()),
    acronyms=frozenset(
        (
            "EU UK US USA UN EEA EFTA NATO OSCE WTO OECD IMF ECB EIB G7 G20 AOB PNR SIS ETIAS EES VIS VAT ICT AI "
            "COP TTIP CETA ACP TEU TFEU II III IV"
        ).split()
    ),
    finite_verbs=compile_phrase(r"\b(?:will|is|are|was|were|has|have|had|would|should|shall|can|may|might|could|must)\b"),
    conjunction="and",
    act_reference=compile_phrase(
        r"(?:\bno|\bnos|\(e[ucs]\)|\(eec\)|\(euratom\)|\bregulation|\bdirective|\bdecision|\bcases?|\bjudgment)\.? ?$"
    ),
)  # fmt: skip

ENGLISH = NotePhrases(
    language="en",
    name="English",
    calendar=CALENDAR,
    clock=CLOCK,
    header=HEADER,
    opening=OPENING,
    press=PRESS,
    agenda=AGENDA,
    output=WRITTEN,
)
