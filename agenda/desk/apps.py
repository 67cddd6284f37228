from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    """Django's admin with the press office's dashboard, warnings and refusals."""

    default_site = "agenda.desk.site.PressOfficeAdminSite"
