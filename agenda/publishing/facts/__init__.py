"""Same-day changes: the duty officer changes facts for readers at once, in all languages, without a second approval.

The duty officer asks for a `SameDayChange`. We resolve it against the live edition (`ResolvedChange`: the new values
and the alerts for readers), then apply it to the live edition; and to scheduled editions, texts in review and the
working copy, wherever they still have the value that readers saw.
"""

from agenda.publishing.facts.changes import ResolvedChange, SameDayChange, apply_change
from agenda.publishing.facts.changing import (
    LiveMeeting,
    SameDayChangePreview,
    can_change_same_day,
    find_shown_version,
    get_live_meeting,
    preview_same_day_change,
    publish_same_day_change,
)
from agenda.publishing.facts.typed import InvalidTimeError, format_typed_time, parse_point_time
from agenda.publishing.facts.wrong import SameDayChangeError

__all__ = [
    "InvalidTimeError",
    "LiveMeeting",
    "ResolvedChange",
    "SameDayChange",
    "SameDayChangeError",
    "SameDayChangePreview",
    "apply_change",
    "can_change_same_day",
    "find_shown_version",
    "format_typed_time",
    "get_live_meeting",
    "parse_point_time",
    "preview_same_day_change",
    "publish_same_day_change",
]
