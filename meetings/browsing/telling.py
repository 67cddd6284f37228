"""What the list and the calendar of a month are, in a sentence, for those who see no more of them than that."""

from django.utils.translation import gettext as _

from meetings.browsing.choice import Choice


def description_of(choice: Choice, *, as_calendar: bool = False) -> str:
    """By as much of the choice as makes another page of it: who meets and when."""
    chosen = [choice.body] if choice.body else []
    if choice.month:
        chosen.append(choice.month.name)
    elif choice.year:
        chosen.append(choice.year)
    if as_calendar:
        told = _("Meetings of the Council of the European Union as a calendar: %s.")
        return told % ", ".join([*chosen[-1:], *chosen[:-1]])
    if chosen:
        told = _("Meetings of the Council of the European Union, with dates, places and agendas: %s.")
        return told % ", ".join(chosen)
    return _("Meetings of the Council of the European Union, with dates, places and agendas, by who meets and when.")
