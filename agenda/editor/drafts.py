"""Keep what is typed in the note editor and not saved yet: one private draft for each user and tab."""

import datetime as dt
import json
from typing import Any

from agenda.models import EditorDraft
from agenda.workflow.drafts import Subject, get_subject_key
from meetings.models import User

PRESENCE_LASTS = dt.timedelta(seconds=75)
"""How long somebody counts as present after the last sign. An open editor gives one every 30 seconds."""
MAX_DRAFTS = 3
"""How many drafts a page offers. Each has two documents."""
DRAFTS_LAST = dt.timedelta(days=90)
"""How long a draft is kept that nobody continues."""


def keep_draft(user: User, subject: Subject, posted: dict[str, Any], now: dt.datetime) -> None:
    """Store the posted `content` as the user's draft in this `tab`, and the `part` that the user is in.

    Without content, only the sign that the user is here is stored, and the draft, if there is one, stays with `keep`
    and is deleted otherwise.
    """
    tab, part = (str(posted.get(name) or "").replace("\0", "")[:length] for name, length in (("tab", 36), ("part", 60)))
    key = {"user": user, "tab": tab, **get_subject_key(subject)}
    content = posted.get("content")
    changes: dict[str, Any] = {"part": part, "saved_at": now}
    if content is not None:
        changes["content"] = json.dumps(content)
    elif not posted.get("keep"):
        changes["content"] = ""
    EditorDraft.objects.update_or_create(**key, defaults=changes)


def delete_old_drafts(now: dt.datetime) -> None:
    """Delete the drafts of all users that nobody has continued for a long time."""
    EditorDraft.objects.filter(saved_at__lt=now - DRAFTS_LAST).delete()


def list_drafts(user: User, subject: Subject) -> list[dict[str, Any]]:
    """Return the user's unsaved texts of this meeting or topic, the newest first, as the browser stored them."""
    drafts = EditorDraft.objects.filter(user=user, **get_subject_key(subject)).exclude(content="")
    drafts = drafts.order_by("-saved_at")[:MAX_DRAFTS]
    return [
        {"tab": draft.tab, "saved_at": draft.saved_at.isoformat(), "content": json.loads(draft.content)}
        for draft in drafts
    ]


def list_others(user: User, subject: Subject, now: dt.datetime) -> list[dict[str, str]]:
    """Return the names of others who have the note open, each with the part that they are in."""
    present = EditorDraft.objects.filter(**get_subject_key(subject), saved_at__gt=now - PRESENCE_LASTS).exclude(
        user=user
    )
    parts: dict[int, dict[str, str]] = {}
    for draft in present.select_related("user").order_by("saved_at"):
        name = draft.user.get_full_name() or draft.user.get_username()
        parts[draft.user.pk] = {"name": name, "part": draft.part}
    return list(parts.values())
