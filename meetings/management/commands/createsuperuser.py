from typing import Any

from django.contrib.auth.management.commands import createsuperuser

from meetings.audit import Actor, record_account
from meetings.management.accounts import record_saves
from meetings.models import Act, User


class Command(createsuperuser.Command):
    help = "Create an account with all rights, and record it in the audit log."

    def handle(self, *args: Any, **options: Any) -> None:
        actor = Actor.for_command("createsuperuser")

        def record_superuser(account: User) -> None:
            record_account(actor, Act.ACCOUNT_CHANGED, account, new=True)
            record_account(actor, Act.ROLE_CHANGED, account, is_staff=True, is_superuser=True)

        with record_saves(record_superuser):
            super().handle(*args, **options)
