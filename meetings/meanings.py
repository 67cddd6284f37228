"""Descriptions of the values of the vocabulary, in English, for the API's description.

Values without a description are described by their labels.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import TextChoices

from meetings import vocabulary as words

CHOICE_DESCRIPTIONS: Mapping[type[TextChoices], Mapping[str, str]] = {
    words.ConfigurationKind: {
        "council": "One of the configurations of the Council.",
        "other": "Another body whose meetings are announced here, such as the Eurogroup.",
    },
    words.Form: {
        "formal": "A formal meeting of the Council, with its own agenda.",
        "informal": "An informal meeting of ministers, hosted by the presidency; nothing is adopted.",
        "video_conference": "A meeting by video conference.",
    },
    words.MeetingStatus: {
        "provisional": "Announced; the date or the agenda can still change.",
        "confirmed": "It takes place as published.",
        "postponed": "It does not take place on its original date; `start_date` is the new date, or null.",
        "cancelled": "It does not take place.",
    },
    words.AgendaStatus: {
        "": "Not stated.",
        "provisional": "The provisional agenda, before its adoption by the Council.",
        "adopted": "The agenda as adopted by the Council at the beginning of the meeting.",
    },
    words.ItemKind: {
        "item": "An agenda item, or a heading with further items.",
        "a_items": "A list of A items, which are approved without discussion.",
        "any_other_business": "Any other business: information without a decision.",
        "meal": "The subject of a working breakfast, lunch or dinner.",
    },
    words.ItemState: {
        "": "On the agenda, as first published.",
        "added": "Added since the agenda was first published.",
        "withdrawn": "Removed from the agenda. It keeps its id, number and address.",
        "postponed": "Postponed to a later meeting. It keeps its id, number and address.",
    },
    words.ProcedureType: {
        "": "Not stated.",
        "legislative": "A deliberation on a legislative act.",
        "non_legislative": "An activity that is not legislative.",
    },
    words.PublicSession: {
        "": "Not stated.",
        "yes": "In public session.",
        "possibly": "Possibly in public session.",
        "no": "Not in public session.",
    },
    words.PublicBasis: {
        "": "Not stated.",
        "deliberation": "Deliberation on a legislative act (Article 16(8) of the Treaty on European Union).",
        "debate": "Public debate (Article 8 of the Council's Rules of Procedure).",
        "live_stream": "Streamed live, without another basis.",
    },
    words.PointKind: {
        "arrivals": "The arrival of ministers.",
        "doorstep": "Short statements to the press on arrival or departure.",
        "start": "The start of the meeting or of a part of it.",
        "round_table": "The opening of the meeting, with pictures of the round table.",
        "session": "A working session.",
        "meal": "A working meal.",
        "press_conference": "A press conference.",
        "press_briefing": "A briefing for journalists, before or during the meeting.",
        "registration": "Registration of journalists, or collection of their passes.",
        "other": "Anything else.",
    },
    words.TimePrecision: {
        "": "There is no time.",
        "exact": "At `time`.",
        "approximate": "At about `time`.",
        "from": "From `time` on.",
        "relative": "Relative to another point, as in `time_text`: “at the end of the meeting”.",
        "to_be_confirmed": "Not known yet; `time`, if there is one, is a first indication.",
    },
    words.PointState: {
        "": "As planned.",
        "delayed": "Later than planned.",
        "moved": "At another time or place; `previous` contains the earlier ones.",
        "cancelled": "It does not take place.",
        "under_way": "It has started.",
        "ended": "It is over.",
    },
    words.Outcome: {
        "": "Not stated.",
        "adopted": "An act was adopted.",
        "general_approach": "The Council's position on a proposal, before the Parliament's position is known.",
        "conclusions": "Conclusions were adopted or approved.",
        "political_agreement": "Agreement on the substance; the act is adopted later.",
        "debate_held": "The item was debated.",
        "no_decision": "No decision was taken.",
    },
    words.LinkKind: {
        "live_stream": "A live stream.",
        "broadcast": "Video in broadcast quality, for newsrooms.",
        "recording": "The recording of a stream.",
        "photos": "A photo gallery.",
        "background": "A page with background information.",
        "infographic": "An infographic; `image` contains it, with a description.",
        "document": "A document of the Council or of another institution.",
        "conclusions": "The text of conclusions.",
        "press_release": "A press release.",
        "registration": "A page on which journalists register.",
        "web": "Any other page.",
    },
}


def list_choice_descriptions(kind: type[TextChoices], *, empty: bool = True) -> list[Any]:
    """Return the descriptions of the values in their order. `empty`: include that of the empty value."""
    descriptions = CHOICE_DESCRIPTIONS.get(kind, {})
    return [descriptions.get(value, label) for value, label in kind.choices if value or empty]
