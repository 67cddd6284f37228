"""The editors' role of PostgreSQL, which does not own the tables, may do all steps up to a withdrawal."""

from typing import Any

import pytest
from django.db import connection

from agenda.models import ApprovalEnd
from tests import actions
from tests.agenda.workflow.users import save_changes
from tests.database_roles import DatabaseRoles
from tests.factories import make_meeting

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]


def test_steps_of_the_workflow_are_allowed(roles: DatabaseRoles, clock: Any) -> None:
    meeting = make_meeting()
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {roles.editor}")
    for notice in ("First.", "Second."):
        actions.submit(save_changes(meeting, notice=notice))
        actions.approve(meeting)
        [edition] = actions.publication.publish(meeting, by=actions.COMMAND, note=notice)
        clock.move_to(edition.available_from)
    for act, ended in ((actions.roll_back, 1), (actions.roll_back, 1), (actions.withdraw, 2)):
        clock.move_to(act(meeting).available_from)
        assert ApprovalEnd.objects.count() == ended
