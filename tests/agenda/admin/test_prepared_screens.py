"""The screens outside of a transaction, as officers use them: there PostgreSQL prepares their statements itself."""

import pytest
from django.db import connection
from django.test import Client

from agenda.workflow.transactions import wait_until_live
from meetings.database.prepared_query import PREPARED_NAMES
from meetings.models import User
from tests import actions
from tests.admin_forms import EMERGENCY, create_client_with_role, give_role
from tests.agenda.admin.screens import LIST, RELEASES, TOPICS, get_step_url
from tests.factories import make_meeting, make_topic
from tests.note_editor import read_publication

pytestmark = pytest.mark.postgresql
STEPS = ("submit/", "review/", "release/", "force/", "withdraw/", "rollback/", "change/", "history/", "languages/")


def test_screens_open_at_every_step(committed: None) -> None:
    petra = create_client_with_role("Publishers", "petra")
    for role in (EMERGENCY, "Revisers", "Translators", "Duty"):
        give_role(User.objects.get(), role)
    meeting, topic = make_meeting(), make_topic()
    meeting.agenda.get().topics.add(topic)

    def open_screens(client: Client) -> None:
        addresses = ["/admin/", LIST, TOPICS, RELEASES]
        addresses += [get_step_url(subject, step) for subject in (meeting, topic) for step in STEPS]
        addresses += [get_step_url(meeting, f"release/?with={topic.pk}"), get_step_url(meeting, "facts/")]
        assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 200)
        assert read_publication(client, meeting)

    open_screens(petra)
    actions.submit(topic, meeting)
    open_screens(petra)
    actions.approve(topic, meeting)
    open_screens(petra)
    wait_until_live(actions.publish_approved(topic, meeting)[0])
    open_screens(petra)
    wait_until_live(actions.withdraw(meeting))
    open_screens(petra)
    assert len(PREPARED_NAMES[connection.connection]) > 50
