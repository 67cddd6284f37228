"""Load the note of `tests.benchmarks.editors` into a Wagtail site, and print the id of its page.

    python -m tests.benchmarks.wagtail_note NOTE.json

The site has an app `agenda` with the page `MeetingPage`. It has no programme: each programme point is one more link.
"""

import json
import sys
from pathlib import Path
from typing import Any

import django
from django.apps import apps


def load_note(note: Any) -> Any:
    """Create a page that is not published yet, and return its id."""
    get_model = apps.get_model
    home = get_model("wagtailcore", "Page").objects.get(depth=2)
    parent = home.add_child(instance=get_model("agenda", "MeetingIndexPage")(title="Meetings", slug="meetings"))
    configuration = get_model("agenda", "Configuration").objects.create(slug="general", name="General Affairs")
    members = ("title", "slug", "start_date", "end_date", "place", "chair", "summary")
    page = get_model("agenda", "MeetingPage")(
        **{member: note[member] for member in members}, configuration=configuration, live=False
    )
    points = [
        {"label": point["title"], "url": "https://www.example.org/", "kind": point["time"]} for point in note["points"]
    ]
    for name, model, rows in (
        ("agenda_items", "AgendaItem", note["items"]),
        ("media_links", "MediaLink", [*note["links"], *points]),
    ):
        setattr(page, name, [get_model("agenda", model)(sort_order=place, **row) for place, row in enumerate(rows)])
    parent.add_child(instance=page)
    page.save_revision()
    return page.pk


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(f"{load_note(json.loads(Path(sys.argv[1]).read_text()))}\n")
