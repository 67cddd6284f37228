"""Template tags for the parts of the pages of meetings and topics that are kept (`meetings.site.kept_parts`)."""

from collections.abc import Mapping, Sequence

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from agenda.presentation.files import FileReference
from agenda.presentation.meeting_context import ProgrammeDay, group_items_by_session, list_items_with_result
from agenda.presentation.topic_context import TopicStage
from meetings.documents.called_off import is_called_off
from meetings.documents.schema import MeetingDocument
from meetings.site.kept_parts import render_part
from meetings.site.publications import Publication

register = template.Library()


@register.simple_tag(takes_context=True, name="agenda")
def render_agenda(context: Context, meeting: Publication, is_over: bool) -> SafeString:
    """Return the agenda. When the meeting is over, its links to live streams say so.

    What items say of earlier meetings follows from the rows of these: their editions never change.
    """
    files: Mapping[str, FileReference] = context.get("files") or {}
    rows = tuple((code, file.slug, file.earlier and file.earlier.row) for code, file in files.items())

    def build_values() -> dict[str, object]:
        assert isinstance(meeting.document, MeetingDocument)
        return {"sections": group_items_by_session(meeting.document), "files": files}

    return render_part(context, "includes/agenda.html", meeting, {"is_over": is_over, "file_rows": rows}, build_values)


@register.simple_tag(takes_context=True, name="programme")
def render_programme(context: Context, meeting: Publication, days: Sequence[ProgrammeDay], is_over: bool) -> SafeString:
    """Return the programme. An entry follows the clock in two things only: whether it is over, and whether expected."""
    states = tuple((entry.is_over, entry.is_expected) for day in days for entry in day.entries)

    def build_values() -> dict[str, object]:
        assert isinstance(meeting.document, MeetingDocument)
        return {"days": days, "is_called_off": is_called_off(meeting.document)}

    return render_part(
        context, "includes/programme.html", meeting, {"is_over": is_over, "states": states}, build_values
    )


@register.simple_tag(takes_context=True, name="results")
def render_results(context: Context, meeting: Publication, is_over: bool) -> SafeString:
    def build_values() -> dict[str, object]:
        assert isinstance(meeting.document, MeetingDocument)
        return {"outcomes": list_items_with_result(meeting.document)}

    return render_part(context, "includes/results.html", meeting, {"is_over": is_over}, build_values)


@register.simple_tag(takes_context=True, name="document_part")
def render_document_part(context: Context, template_name: str, meeting: Publication) -> SafeString:
    """Return a part that follows from the document alone."""
    return render_part(context, template_name, meeting, {}, dict)


@register.simple_tag(takes_context=True, name="topic_stage")
def render_topic_stage(context: Context, stage: TopicStage) -> SafeString:
    """Return the meeting of a topic, with its items on it."""
    meeting = stage.meeting
    inputs = {"path": meeting.path, "topic": stage.topic, "is_today": stage.is_today, "is_next": stage.is_next}
    values = {"stage": stage, "meeting": meeting}
    return render_part(context, "includes/timeline_meeting.html", meeting, inputs, lambda: values)
