"""Static files by hashed names."""

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class StaticStorage(ManifestStaticFilesStorage):
    """Names with a hash of the content once `collectstatic` has run; before that, on one's own machine, plain names."""

    manifest_strict = False

    def hashed_name(self, name, content=None, filename=None):  # type: ignore[no-untyped-def]
        try:
            return super().hashed_name(name, content, filename)
        except ValueError:
            if self.hashed_files:
                raise
            return name
