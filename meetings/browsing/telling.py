"""Describe the list and the month calendar in one sentence, for search engines and link previews."""

from django.utils.translation import gettext as _

from meetings.browsing.choice import MeetingSelection


def describe_selection(selection: MeetingSelection, *, as_calendar: bool = False) -> str:
    """Return the description; it names the configuration and the period, which make another page of it."""
    chosen = [selection.configuration_name] if selection.configuration_name else []
    if selection.month:
        chosen.append(selection.month.name)
    elif selection.year:
        chosen.append(selection.year)
    if as_calendar:
        sentence = _("Calendar of meetings of the Council of the European Union: %s.")
        return sentence % ", ".join([*chosen[-1:], *chosen[:-1]])
    if chosen:
        sentence = _("Meetings of the Council of the European Union, with dates, places and agendas: %s.")
        return sentence % ", ".join(chosen)
    return _("Meetings of the Council of the European Union, with dates, places and agendas.")
