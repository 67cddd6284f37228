import hashlib
from collections import defaultdict

from django.db import migrations

BATCH = 2000


def record_savers(apps, schema_editor):
    """Record who ever changed each translation, as a writer of all its present texts.

    Until now, the documents of revisions said who wrote what. They do not say which text somebody changed, so this is
    more than it was, until a translation is approved.
    """
    writers = apps.get_model("meetings", "TranslationWriter").objects
    batch = []
    for (subject_type, subject), savers in find_savers(apps).items():
        rows = apps.get_model("meetings", "Translation").objects.filter(subject_type=subject_type, subject_id=subject)
        for language, row, field, text, by in rows.values_list("language", "row_id", "field", "text", "by"):
            digest = hashlib.sha256("\0".join((str(row), field, "", text)).encode()).hexdigest()
            batch += (
                writers.model(
                    subject_id=subject,
                    language=language,
                    row_id=row,
                    field=field,
                    words_digest=digest,
                    user_id=user,
                    saved_after=before,
                )
                for user, before in (({by: 1} if by else {}) | savers[language]).items()
            )
        if len(batch) > BATCH:
            writers.bulk_create(batch, ignore_conflicts=True)
            batch = []
    writers.bulk_create(batch, ignore_conflicts=True)


def find_savers(apps):
    """Return the last revision before each user's first change of a document, by subject, language and user."""
    rows = apps.get_model("agenda", "RevisionDocument").objects.exclude(revision__why="facts")
    columns = "subject_type", "subject_id", "by", "pk"
    found = defaultdict(lambda: defaultdict(dict))
    place = document = None
    for language, digest, *subject, user, key in (
        rows.order_by("revision__subject_id", "language", "revision_id")
        .values_list("language", "document", *(f"revision__{name}" for name in columns))
        .iterator(BATCH)
    ):
        is_changed = (place, document) != ((*subject, language), digest)
        place, document = (*subject, language), digest
        if is_changed and user:
            found[*subject][language].setdefault(user, max(key - 1, 1))
    return found


class Migration(migrations.Migration):
    """Record the writers of translations that wait for approval."""

    dependencies = [("agenda", "0020_claimed_addresses"), ("meetings", "0057_saves_of_translation_writers")]
    run_before = [("meetings", "0058_writers_by_text")]

    operations = [migrations.RunPython(record_savers, migrations.RunPython.noop)]
