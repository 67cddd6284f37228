"""Keep what is typed in the note editor and not saved yet: one private draft for each user and tab."""

import datetime as dt
import json
from typing import Any

from django.db.models import Q

from agenda.models import EditorDraft
from agenda.workflow.drafts import Subject, get_subject_key
from meetings.models import User

PRESENCE_LASTS = dt.timedelta(seconds=75)
"""How long somebody counts as present after the last sign. An open editor gives one every 30 seconds."""
MAX_DRAFTS = 3
"""How many drafts a page offers."""
MAX_TABS = 20
"""How many unsaved texts of one meeting or topic a user has. The oldest are deleted."""
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
    draft = EditorDraft(**key, part=part, saved_at=now, content="" if content is None else json.dumps(content))
    changed = ["part", "saved_at"] if content is None and posted.get("keep") else ["part", "saved_at", "content"]
    EditorDraft.objects.bulk_create([draft], update_conflicts=True, unique_fields=list(key), update_fields=changed)
    own = EditorDraft.objects.filter(user=user, **get_subject_key(subject))
    is_gone = Q(content="", saved_at__lte=now - PRESENCE_LASTS)
    if content is not None:
        oldest = own.exclude(content="").order_by("-saved_at", "pk")[MAX_TABS:]
        is_gone |= Q(pk__in=oldest.values("pk"))
    own.filter(is_gone).delete()


def delete_old_drafts(now: dt.datetime) -> None:
    """Delete the drafts of all users that nobody has continued for a long time."""
    EditorDraft.objects.filter(saved_at__lt=now - DRAFTS_LAST).delete()


def list_drafts(user: User, subject: Subject) -> list[dict[str, Any]]:
    """Return the tabs of the user's unsaved texts of this meeting or topic, with the part of each, the newest first."""
    drafts = EditorDraft.objects.filter(user=user, **get_subject_key(subject)).exclude(content="")
    return [
        {"tab": tab, "saved_at": saved_at.isoformat(), "part": part}
        for tab, saved_at, part in drafts.order_by("-saved_at").values_list("tab", "saved_at", "part")[:MAX_DRAFTS]
    ]


def load_draft(user: User, subject: Subject, tab: str) -> Any:
    """Return the user's unsaved text of a tab, as the browser stored it. Return None if there is none."""
    drafts = EditorDraft.objects.filter(user=user, tab=tab, **get_subject_key(subject)).exclude(content="")
    content = drafts.values_list("content", flat=True).first()
    return json.loads(content) if content else None


def list_others(user: Any, subject: Subject, now: dt.datetime) -> list[dict[str, str]]:
    """Return the names of others who have the note open, each with the part that they are in."""
    present = EditorDraft.objects.filter(**get_subject_key(subject), saved_at__gt=now - PRESENCE_LASTS).exclude(
        user=user
    )
    parts: dict[int, dict[str, str]] = {}
    for draft in present.select_related("user").defer("content").order_by("saved_at"):
        name = draft.user.get_full_name() or draft.user.get_username()
        parts[draft.user.pk] = {"name": name, "part": draft.part}
    return list(parts.values())
