"""Storage of static files with hashed names."""

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class StaticStorage(ManifestStaticFilesStorage):
    """A storage whose file names contain a hash of the content.

    Before `collectstatic` has run, as during development, names are plain.
    """

    manifest_strict = False
    support_js_module_import_aggregation = True  # modules of the note editor import each other by hashed names

    def hashed_name(self, name, content=None, filename=None):  # type: ignore[no-untyped-def]
        try:
            return super().hashed_name(name, content, filename)
        except ValueError:
            if self.hashed_files:
                raise
            return name
