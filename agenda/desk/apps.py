from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    """Django's admin, with the press office's own front page, alarms and refusals."""

    default_site = "agenda.desk.site.DeskSite"
