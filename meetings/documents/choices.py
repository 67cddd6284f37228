"""The enumerations of the domain, each used for the database column, the document and the API schema.

The stored values are part of the document and of the API and never change. Labels are for people and are translated.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ConfigurationKind(TextChoices):
    COUNCIL = "council", _("Council configuration")
    OTHER = "other", _("other body")


class Form(TextChoices):
    FORMAL = "formal", _("formal meeting")
    INFORMAL = "informal", _("informal meeting")
    VIDEO_CONFERENCE = "video_conference", _("video conference")


class MeetingStatus(TextChoices):
    PROVISIONAL = "provisional", _("provisional")
    CONFIRMED = "confirmed", _("confirmed")
    POSTPONED = "postponed", _("postponed")
    CANCELLED = "cancelled", _("cancelled")


CALLED_OFF_STATUSES = (MeetingStatus.POSTPONED, MeetingStatus.CANCELLED)


class OtherLanguages(TextChoices):
    """How languages are published that a release does not have to wait for."""

    FOLLOW = "follow", _("publish each one as soon as it is approved")
    WAIT = "wait", _("publish all languages that are being translated at the same time")


class AgendaStatus(TextChoices):
    NOT_STATED = "", _("not stated")
    PROVISIONAL = "provisional", _("provisional agenda")
    ADOPTED = "adopted", _("adopted agenda")


class ItemKind(TextChoices):
    ITEM = "item", _("item")
    A_ITEMS = "a_items", _("list of A items")
    ANY_OTHER_BUSINESS = "any_other_business", _("any other business")
    MEAL = "meal", _("meal")


class ItemState(TextChoices):
    UNCHANGED = "", _("on the agenda")
    ADDED = "added", _("added")
    WITHDRAWN = "withdrawn", _("withdrawn")
    POSTPONED = "postponed", _("postponed")


class ProcedureType(TextChoices):
    NOT_STATED = "", _("not stated")
    LEGISLATIVE = "legislative", _("legislative")
    NON_LEGISLATIVE = "non_legislative", _("non-legislative")


class PublicSession(TextChoices):
    NOT_STATED = "", _("not stated")
    YES = "yes", _("public session")
    POSSIBLY = "possibly", _("possibly in public session")
    NO = "no", pgettext_lazy("public session", "not public")


class PublicBasis(TextChoices):
    """The legal basis on which an item is public.

    It is Article 16(8) TEU, Article 8 of the Council's Rules of Procedure, or only a live stream.
    """

    NOT_STATED = "", _("not stated")
    DELIBERATION = "deliberation", _("public deliberation")
    DEBATE = "debate", _("public debate")
    LIVE_STREAM = "live_stream", _("live stream")


class PointKind(TextChoices):
    ARRIVALS = "arrivals", _("Arrivals")
    DOORSTEP = "doorstep", _("Doorstep")
    START = "start", _("Start of the meeting")
    ROUND_TABLE = "round_table", _("Round table")
    SESSION = "session", _("Session")
    MEAL = "meal", _("Meal")
    PRESS_CONFERENCE = "press_conference", _("Press conference")
    PRESS_BRIEFING = "press_briefing", _("Press briefing")
    REGISTRATION = "registration", _("Registration")
    OTHER = "other", pgettext_lazy("programme point", "Other")

    @property
    def is_for_press(self) -> bool:
        return self in (PointKind.ARRIVALS, PointKind.DOORSTEP, PointKind.PRESS_CONFERENCE, PointKind.PRESS_BRIEFING)


class TimePrecision(TextChoices):
    NOT_STATED = "", _("no time")
    EXACT = "exact", _("exactly at")
    APPROXIMATE = "approximate", _("about")
    FROM = "from", pgettext_lazy("time", "from")
    RELATIVE = "relative", _("after another programme event")
    TO_BE_CONFIRMED = "to_be_confirmed", _("to be confirmed")


class PointState(TextChoices):
    PLANNED = "", _("as planned")
    DELAYED = "delayed", _("delayed")
    MOVED = "moved", _("moved")
    CANCELLED = "cancelled", _("cancelled")
    UNDER_WAY = "under_way", _("under way")
    ENDED = "ended", _("ended")


class Outcome(TextChoices):
    NOT_STATED = "", _("not stated")
    ADOPTED = "adopted", _("adopted")
    GENERAL_APPROACH = "general_approach", _("general approach")
    CONCLUSIONS = "conclusions", _("conclusions")
    POLITICAL_AGREEMENT = "political_agreement", _("political agreement")
    DEBATE_HELD = "debate_held", _("debate held")
    NO_DECISION = "no_decision", _("no decision")


class LinkKind(TextChoices):
    LIVE_STREAM = "live_stream", _("live stream")
    BROADCAST = "broadcast", _("video in broadcast quality")
    RECORDING = "recording", _("recording")
    PHOTOS = "photos", _("photo gallery")
    BACKGROUND = "background", _("background page")
    INFOGRAPHIC = "infographic", _("infographic")
    DOCUMENT = "document", _("document")
    CONCLUSIONS = "conclusions", _("conclusions")
    PRESS_RELEASE = "press_release", _("press release")
    REGISTRATION = "registration", _("registration")
    WEB = "web", _("web page")


AUDIOVISUAL_KINDS = (LinkKind.LIVE_STREAM, LinkKind.BROADCAST, LinkKind.RECORDING, LinkKind.PHOTOS)


class PartKind(TextChoices):
    """The kinds of search results: subjects that are published as a whole, and agenda items."""

    MEETING = "meeting", _("meeting")
    ITEM = "item", _("agenda item")
    TOPIC = "topic", _("topic")


class Language(TextChoices):
    """The 24 official languages in the Council's protocol order, each with its own name (Regulation No 1/1958)."""

    BG = "bg", "български"
    ES = "es", "español"
    CS = "cs", "čeština"
    DA = "da", "dansk"
    DE = "de", "Deutsch"
    ET = "et", "eesti"
    EL = "el", "ελληνικά"
    EN = "en", "English"
    FR = "fr", "français"
    GA = "ga", "Gaeilge"
    HR = "hr", "hrvatski"
    IT = "it", "italiano"
    LV = "lv", "latviešu"
    LT = "lt", "lietuvių"
    HU = "hu", "magyar"
    MT = "mt", "Malti"
    NL = "nl", "Nederlands"
    PL = "pl", "polski"
    PT = "pt", "português"
    RO = "ro", "română"
    SK = "sk", "slovenčina"
    SL = "sl", "slovenščina"
    FI = "fi", "suomi"
    SV = "sv", "svenska"
