"""Reference data and people."""

from meetings.admin.people import GroupAdmin, UserAdmin
from meetings.admin.reference import ConfigurationAdmin, PresidencyAdmin

__all__ = ["ConfigurationAdmin", "GroupAdmin", "PresidencyAdmin", "UserAdmin"]
