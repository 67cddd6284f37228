"""Publish one of each resource, for tests that compare whole answers with a contract."""

from typing import Any

from django.core.management import call_command

from meetings.documents import shape
from meetings.editions import freeze
from tests.cast import DAY, MINUTE, PRESS_DAY, full_document, named

ADDRESSES = {
    "meeting": f"meetings/{named('meeting')}/",
    "topic": f"topics/{named('topic')}/",
    "agenda-item": f"agenda-items/{named('item')}/",
    "media-link": f"media-links/{named('link item')}/",
    "configuration": "configurations/jha/",
    "presidency": "presidencies/2017-2/",
}


def publish_one_of_each(clock: Any) -> None:
    """Publish the full document, the topic it refers to, and reference data."""
    call_command("load_reference", verbosity=0)
    image = shape.Image(digest="0" * 64, alt="Arrivals by sea", width=1200, height=800)
    topic = shape.TopicDocument(
        id=named("topic"),
        language="en",  # type: ignore[arg-type]
        source_language="en",  # type: ignore[arg-type]
        slug="migration-policy",
        title="Migration policy",
        lead="<p>Lead.</p>",
        text="<p>Text.</p>",
        links=[shape.Link(id=named("link topic"), title="Infographic", image=image)],
    )
    meeting = full_document(presidency=shape.PresidencyName(country="EE", name="Estonia"))
    meeting.agenda[0].topics = [shape.TopicName(id=topic.id, slug=topic.slug, title=topic.title)]
    freeze([meeting], available_from=PRESS_DAY + MINUTE, change_note="First edition.")
    freeze([topic], available_from=PRESS_DAY + MINUTE)
    clock.move_to(PRESS_DAY + DAY)
