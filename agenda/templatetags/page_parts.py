"""The template tag for the parts of pages of topics that are kept (`meetings.site.kept_parts`)."""

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from agenda.presentation.topic_context import TopicStage
from meetings.site.kept_parts import render_part

register = template.Library()


@register.simple_tag(takes_context=True, name="topic_stage")
def render_topic_stage(context: Context, stage: TopicStage) -> SafeString:
    """Return the meeting of a topic, with its items on it."""
    meeting = stage.meeting
    inputs = {"path": meeting.path, "topic": stage.topic, "is_today": stage.is_today, "is_next": stage.is_next}
    values = {"stage": stage, "meeting": meeting}
    return render_part(context, "includes/timeline_meeting.html", meeting, inputs, lambda: values)
