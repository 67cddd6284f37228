"""Find the meeting or topic that a command names."""

from django.core.management.base import CommandError

from agenda.models import BackgroundTopic
from meetings.models import Meeting


def find_meeting(name: str) -> Meeting:
    """Return the meeting with this address (`jha/2017/09/14`) or id.

    Raise CommandError (exit code 2) if there is none or more than one.
    """
    meetings = list(Meeting.objects.matching_name(name).select_related("configuration")[:5])
    if len(meetings) == 1:
        return meetings[0]
    if not meetings:
        message = f"There is no meeting “{name}”. Enter its address, for example jha/2017/09/14, or its id."
        raise CommandError(message, returncode=2)
    choices = "\n".join(f"  {meeting.pk}  {meeting}" for meeting in meetings)
    raise CommandError(f"“{name}” matches several meetings. Enter the id of one of them:\n{choices}", returncode=2)


def find_subject(name: str) -> Meeting | BackgroundTopic:
    """Return the meeting (see `find_meeting`), or the topic with an address such as `topics/migration-policy`."""
    if not name.strip("/").startswith("topics/"):
        return find_meeting(name)
    slug = name.strip("/").removeprefix("topics/")
    topic = BackgroundTopic.objects.filter(slug=slug).first()
    if topic is None:
        raise CommandError(f"There is no topic “{slug}”.", returncode=2)
    return topic
