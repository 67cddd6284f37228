"""Admin screens for editors: forms for the working copy, and the steps from draft to withdrawal."""

from agenda.admin import meeting_parts, meetings, releases, topics  # they register with the admin site
