"""One more act that the audit log knows. The choices are Django's: the table stays as it is, and so do its guards."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0009_accounts_in_the_log"),
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
                    ("restored", "restored into the working copy"),
                    ("submitted", "submitted for approval"),
                    ("approved", "approved"),
                    ("sent_back", "sent back"),
                    ("planned", "planned a release"),
                    ("published", "published"),
                    ("scheduled", "scheduled"),
                    ("forced", "published without approval"),
                    ("moved", "moved to another time"),
                    ("held", "held"),
                    ("called_off", "called off"),
                    ("facts_changed", "changed facts on the day"),
                    ("withdrawn", "withdrawn"),
                    ("rolled_back", "went back to the edition before"),
                    ("suppressed", "took out an edition"),
                    ("reinstated", "put back an edition that was taken out"),
                    ("erased", "erased the text of an edition"),
                    ("preview_shared", "made a preview link"),
                    ("preview_revoked", "revoked a preview link"),
                    ("preview_opened", "opened a preview link"),
                    ("preview_refused", "was refused a preview link"),
                    ("travelled", "looked at the site at another time"),
                    ("signed_in", "signed in"),
                    ("sign_in_refused", "was refused to sign in"),
                    ("password_set", "set a password"),
                    ("account_changed", "changed an account"),
                    ("role_changed", "changed a role"),
                    ("reference_changed", "changed reference data"),
                ],
                max_length=20,
                verbose_name="what",
            ),
        ),
    ]
