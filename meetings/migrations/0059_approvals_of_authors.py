from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the act of the audit log for the first of two approvals by authors."""

    dependencies = [
        ("meetings", "0058_writers_by_text"),
    ]

    operations = [
        migrations.AlterField(
            model_name="auditentry",
            name="act",
            field=models.CharField(
                choices=[
                    ("saved", "saved"),
                    ("deleted", "deleted"),
                    ("imported", "imported"),
                    ("translated", "translated"),
                    ("restored", "restored as the draft"),
                    ("submitted", "submitted for approval"),
                    ("approved", "approved"),
                    ("author_approved", "approved as the first of two authors"),
                    ("sent_back", "sent back"),
                    ("planned", "scheduled before approval"),
                    ("published", "published"),
                    ("scheduled", "scheduled"),
                    ("forced", "published without approval"),
                    ("moved", "changed the publication time"),
                    ("kept", "kept an older text scheduled"),
                    ("held", "put on hold"),
                    ("called_off", "cancelled the scheduled publication"),
                    ("facts_changed", "made a same-day change"),
                    ("act_confirmed", "confirmed what a colleague published alone"),
                    ("act_discarded", "discarded a change that waited for confirmation"),
                    ("withdrawn", "withdrew the page"),
                    ("rolled_back", "restored the previous edition"),
                    ("suppressed", "removed a past edition from the site"),
                    ("reinstated", "put a removed edition back on the site"),
                    ("erased", "erased the text of an edition"),
                    ("language_added", "added a language"),
                    ("language_rule", "set which languages to wait for"),
                    ("confirmed", "confirmed a difference in a translation"),
                    ("image_added", "uploaded a picture"),
                    ("images_removed", "removed unused pictures"),
                    ("preview_shared", "created a preview link"),
                    ("preview_revoked", "revoked a preview link"),
                    ("preview_opened", "opened a preview link"),
                    ("preview_refused", "tried to open a preview link"),
                    ("travelled", "viewed the site at another time"),
                    ("signed_in", "signed in"),
                    ("sign_in_refused", "failed to sign in"),
                    ("password_set", "set a password"),
                    ("password_linked", "created a link to set a password"),
                    ("factor_added", "added a second factor"),
                    ("factor_removed", "removed a second factor"),
                    ("session_ended", "ended a session"),
                    ("identity_confirmed", "signed in again"),
                    ("account_changed", "changed an account"),
                    ("role_changed", "changed a role"),
                    ("reference_changed", "changed reference data"),
                    ("template_changed", "changed a template"),
                    ("block_changed", "changed a shared block"),
                    ("backup_restored", "restored a backup"),
                ],
                max_length=20,
                verbose_name="what",
            ),
        ),
    ]
