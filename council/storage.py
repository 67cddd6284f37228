"""Storage of uploaded files, and of static files with hashed names."""

import gzip
import secrets
import zlib
from pathlib import Path

from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class MediaStorage(FileSystemStorage):
    """A storage in which a file is there as a whole or not at all.

    Names come from the content, so a file that is written again replaces one with the same content.
    """

    def _save(self, name, content):  # type: ignore[no-untyped-def]
        partial = f"{name}.{secrets.token_hex(8)}.partial"
        try:
            super()._save(partial, content)  # type: ignore[misc]
            Path(self.path(partial)).replace(self.path(name))
        except BaseException:
            self.delete(partial)
            raise
        return name

    def get_available_name(self, name, max_length=None):  # type: ignore[no-untyped-def]
        return name


class StaticStorage(CompressedManifestStaticFilesStorage):
    """A storage whose file names contain a hash of the content, with compressed copies for whitenoise to send.

    Before `collectstatic` has run, as during development, names are plain. Afterwards there are no files with plain
    names, which would be sent without compression.
    """

    manifest_strict = False
    keep_only_hashed_files = True
    support_js_module_import_aggregation = True  # modules of the note editor import each other by hashed names

    def hashed_name(self, name, content=None, filename=None):  # type: ignore[no-untyped-def]
        try:
            return super().hashed_name(name, content, filename)
        except ValueError:
            if self.hashed_files:
                raise
            return name

    def compress_files(self, paths):  # type: ignore[no-untyped-def]
        """Compress what was not compressed before, or not as a whole: the content of a name never changes."""
        return super().compress_files(path for path in paths if not self.has_whole_copy(path))

    def has_whole_copy(self, path: str) -> bool:
        """Return whether the file has a copy of gzip, which is written after that of brotli."""
        try:
            with self.open(f"{path}.gz") as copy, self.open(path) as original:
                return bool(gzip.decompress(copy.read()) == original.read())
        except (OSError, EOFError, zlib.error):
            return False
