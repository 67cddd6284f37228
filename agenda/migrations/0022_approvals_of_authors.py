import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from meetings.database.append_only import append_only


class Migration(migrations.Migration):
    """Store the first of two approvals of a translation by its authors."""

    dependencies = [
        ("agenda", "0021_writers_of_waiting_translations"),
        ("meetings", "0059_approvals_of_authors"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AuthorApproval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("by_name", models.CharField(max_length=200, verbose_name="person")),
                ("at", models.DateTimeField(verbose_name="time")),
                ("last_verdict", models.BigIntegerField()),
                ("remark", models.CharField(blank=True, max_length=1000, verbose_name="comment")),
                (
                    "language",
                    models.CharField(
                        choices=[
                            ("bg", "български"),
                            ("es", "español"),
                            ("cs", "čeština"),
                            ("da", "dansk"),
                            ("de", "Deutsch"),
                            ("et", "eesti"),
                            ("el", "ελληνικά"),
                            ("en", "English"),
                            ("fr", "français"),
                            ("ga", "Gaeilge"),
                            ("hr", "hrvatski"),
                            ("it", "italiano"),
                            ("lv", "latviešu"),
                            ("lt", "lietuvių"),
                            ("hu", "magyar"),
                            ("mt", "Malti"),
                            ("nl", "Nederlands"),
                            ("pl", "polski"),
                            ("pt", "português"),
                            ("ro", "română"),
                            ("sk", "slovenčina"),
                            ("sl", "slovenščina"),
                            ("fi", "suomi"),
                            ("sv", "svenska"),
                        ],
                        max_length=2,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="meetings.storeddocument",
                        to_field="digest",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="meetings.storeddocument",
                        to_field="digest",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="author_approvals",
                        to="agenda.revision",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        append_only("agenda_authorapproval"),
    ]
