import hashlib
from collections import defaultdict

from django.db import migrations
from django.db.models import Max

from meetings.documents.choices import Language


def record_savers(apps, schema_editor):
    """Record who saved each translation since one was last approved. Until now, the documents of revisions said so."""
    approvals = apps.get_model("agenda", "Verdict").objects.filter(approved=True).order_by()
    facts = approvals.values_list("revision__subject_id", "language").annotate(Max("revision"))
    approved = {(subject, language): revision for subject, language, revision in facts}
    revisions = apps.get_model("agenda", "Revision").objects.filter(why="translated", by__isnull=False)
    languages = {label: code for code, label in Language.choices}
    savers = defaultdict(set)
    for subject, remark, user, key in revisions.values_list("subject_id", "remark", "by", "pk").iterator():
        place = subject, languages.get(remark)
        if key > approved.get(place, 0):
            savers[place].add(user)
    for (subject, language), users in savers.items():
        record_writers(apps, subject, language, users)


def record_writers(apps, subject, language, users):
    translations = apps.get_model("meetings", "Translation").objects.filter(subject_id=subject, language=language)
    writers = apps.get_model("meetings", "TranslationWriter")
    rows = [
        writers(
            subject_id=subject,
            language=language,
            row_id=row,
            field=field,
            words_digest=hashlib.sha256("\0".join((str(row), field, "", text)).encode()).hexdigest(),
            user_id=user,
        )
        for row, field, text in translations.values_list("row_id", "field", "text")
        for user in users
    ]
    writers.objects.bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    """Record the writers of translations that wait for approval."""

    dependencies = [("agenda", "0020_claimed_addresses"), ("meetings", "0057_saves_of_translation_writers")]

    operations = [migrations.RunPython(record_savers, migrations.RunPython.noop)]
