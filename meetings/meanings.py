"""What the words of the vocabulary mean, in English, for the API's description; where nothing is said, their labels."""

from collections.abc import Mapping
from typing import Any

from django.db.models import TextChoices

from meetings import vocabulary as words

CHOICE_DESCRIPTIONS: Mapping[type[TextChoices], Mapping[str, str]] = {
    words.ConfigurationKind: {
        "council": "One of the configurations that the Council meets in.",
        "other": "Another body whose meetings are announced here, such as the Eurogroup.",
    },
    words.Form: {
        "formal": "A formal meeting of the Council, with an agenda of its own.",
        "informal": "An informal meeting of ministers, which the presidency hosts; nothing is adopted.",
        "video_conference": "Members meet by video conference.",
    },
    words.MeetingStatus: {
        "provisional": "Announced; date or agenda may still change.",
        "confirmed": "It takes place as published.",
        "postponed": "It does not take place on its date; `start_date` is the new one, or null.",
        "cancelled": "It does not take place.",
    },
    words.AgendaStatus: {
        "": "Not stated.",
        "provisional": "The provisional agenda, before the Council adopted it.",
        "adopted": "The agenda as the Council adopted it at the beginning of the meeting.",
    },
    words.ItemKind: {
        "item": "An item proper, or a heading with items within.",
        "a_items": "A list of A items, which are approved without discussion.",
        "any_other_business": "Any other business: information, without a decision.",
        "meal": "What is discussed at a working breakfast, lunch or dinner.",
    },
    words.ItemState: {
        "": "On the agenda, as it was published.",
        "added": "Added since the agenda was first published.",
        "withdrawn": "Taken off the agenda. It keeps its id, number and address.",
        "postponed": "Left for a later meeting. It keeps its id, number and address.",
    },
    words.ProcedureType: {
        "": "Not stated.",
        "legislative": "A deliberation on a legislative act.",
        "non_legislative": "An activity that is not legislative.",
    },
    words.PublicSession: {
        "": "Not stated.",
        "yes": "In public session.",
        "possibly": "Perhaps in public session.",
        "no": "Not in public session.",
    },
    words.PublicBasis: {
        "": "Not stated.",
        "deliberation": "Deliberation on a legislative act (Article 16(8) of the Treaty on European Union).",
        "debate": "Public debate (Article 8 of the Council's Rules of Procedure).",
        "live_stream": "Streamed, and public by nothing else.",
    },
    words.PointKind: {
        "arrivals": "Ministers arrive.",
        "doorstep": "Remarks to the press on arrival or on leaving.",
        "start": "The meeting, or a part of it, begins.",
        "round_table": "The opening of the meeting, with pictures of the table.",
        "session": "A working session.",
        "meal": "A working meal.",
        "press_conference": "A press conference.",
        "press_briefing": "A briefing for journalists, before or during the meeting.",
        "registration": "Journalists register or collect their passes.",
        "other": "Anything else.",
    },
    words.TimePrecision: {
        "": "There is no time.",
        "exact": "At `time`.",
        "approximate": "At about `time`.",
        "from": "From `time` on.",
        "relative": "By another point, as `time_text` says: “at the end of the meeting”.",
        "to_be_confirmed": "Not known yet; `time`, if there is one, is a first indication.",
    },
    words.PointState: {
        "": "As planned.",
        "delayed": "Later than planned.",
        "moved": "At another time or place; `previous` has the earlier ones.",
        "cancelled": "It does not take place.",
        "under_way": "It has begun.",
        "ended": "It is over.",
    },
    words.Outcome: {
        "": "Not stated.",
        "adopted": "An act was adopted.",
        "general_approach": "The Council's position on a proposal, before Parliament's is known.",
        "conclusions": "Conclusions were adopted or approved.",
        "political_agreement": "Agreement on the substance; the act is adopted later.",
        "debate_held": "The item was debated.",
        "no_decision": "No decision was taken.",
    },
    words.LinkKind: {
        "live_stream": "The stream while it happens.",
        "broadcast": "Video in broadcast quality, for newsrooms.",
        "recording": "The recording of a stream.",
        "photos": "Photographs.",
        "background": "A page with background.",
        "infographic": "An infographic; `image` has it and what it shows in words.",
        "document": "A document of the Council or of another institution.",
        "conclusions": "The text of conclusions.",
        "press_release": "A press release.",
        "registration": "Where journalists register.",
        "web": "Any other page.",
    },
}


def list_choice_descriptions(kind: type[TextChoices], *, empty: bool = True) -> list[Any]:
    """One a word, in the order of the words; `empty`: that of the empty word as well."""
    told = CHOICE_DESCRIPTIONS.get(kind, {})
    return [told.get(word, label) for word, label in kind.choices if word or empty]
