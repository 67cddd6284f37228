"""Admin of reference data, users and the audit log."""

from meetings.admin import account, audit, reference, users  # they register with the admin site
