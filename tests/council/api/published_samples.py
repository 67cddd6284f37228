"""Publish one of each resource, for tests that compare whole answers with a contract."""

from typing import Any

from django.core.management import call_command

from meetings.documents import schema
from meetings.editions.freezing import create_edition
from tests.factories import DAY, MINUTE, PRESS_DAY, make_full_document, make_uuid

ADDRESSES = {
    "meeting": f"meetings/{make_uuid('meeting')}/",
    "topic": f"topics/{make_uuid('topic')}/",
    "agenda-item": f"agenda-items/{make_uuid('item')}/",
    "programme-point": f"programme/{make_uuid('point')}/",
    "file": "files/2016-0133-cod/",
    "media-link": f"media-links/{make_uuid('link item')}/",
    "configuration": "configurations/jha/",
    "presidency": "presidencies/2017-2/",
}


def publish_one_of_each(clock: Any) -> None:
    """Publish the full document, the topic it refers to, and reference data."""
    call_command("load_reference", verbosity=0)
    image = schema.Image(digest="0" * 64, alt="Arrivals by sea", width=1200, height=800)
    topic = schema.TopicDocument(
        id=make_uuid("topic"),
        language="en",  # type: ignore[arg-type]
        source_language="en",  # type: ignore[arg-type]
        slug="migration-policy",
        title="Migration policy",
        lead="<p>Lead.</p>",
        text="<p>Text.</p>",
        links=[schema.Link(id=make_uuid("link topic"), title="Infographic", image=image)],
    )
    meeting = make_full_document(presidency=schema.PresidencyName(country="EE", name="Estonia"))
    meeting.agenda[0].topics = [schema.TopicName(id=topic.id, slug=topic.slug, title=topic.title)]
    create_edition([meeting], available_from=PRESS_DAY + MINUTE, change_note="First edition.")
    create_edition([topic], available_from=PRESS_DAY + MINUTE)
    clock.move_to(PRESS_DAY + DAY)
