"""Admin screens for editors: the note editor, and the steps from draft to withdrawal."""

from agenda.admin import meetings, releases, topics  # they register with the admin site
