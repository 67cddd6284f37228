"""Admin of reference data, users and the audit log."""

from meetings.admin.account import SignInForm
from meetings.admin.audit import AuditAdmin
from meetings.admin.reference import ConfigurationAdmin, PresidencyAdmin
from meetings.admin.users import GroupAdmin, UserAdmin

__all__ = ["AuditAdmin", "ConfigurationAdmin", "GroupAdmin", "PresidencyAdmin", "SignInForm", "UserAdmin"]
