"""Admin of reference data, users and the audit log."""

from meetings.admin.audit import AuditAdmin
from meetings.admin.people import GroupAdmin, UserAdmin
from meetings.admin.reference import ConfigurationAdmin, PresidencyAdmin
from meetings.admin.signing_in import SignInForm

__all__ = ["AuditAdmin", "ConfigurationAdmin", "GroupAdmin", "PresidencyAdmin", "SignInForm", "UserAdmin"]
