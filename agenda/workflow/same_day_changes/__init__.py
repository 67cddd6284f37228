"""Same-day changes: the duty officer changes facts for readers at once, in all languages, without a second approval.

The duty officer asks for a `SameDayChange`. We resolve it against the live edition (`ResolvedChange`: the new values
and the alerts for readers), then apply it to the live edition; and to scheduled editions, texts in review and the
working copy, wherever they still have the value that readers saw.
"""

from agenda.workflow.same_day_changes.changes import ResolvedChange, SameDayChange, apply_change
from agenda.workflow.same_day_changes.delays import format_typed_time, parse_point_time
from agenda.workflow.same_day_changes.publication import (
    LiveMeeting,
    SameDayChangePreview,
    can_change_same_day,
    find_shown_version,
    get_live_meeting,
    preview_same_day_change,
    publish_same_day_change,
)
from agenda.workflow.same_day_changes.resolution import SameDayChangeError
