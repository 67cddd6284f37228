from typing import Any

from django.contrib.auth.management.commands import createsuperuser

from meetings.audit import Actor, record_account
from meetings.management.accounts import record_saves
from meetings.models import Act, User


class Command(createsuperuser.Command):
    help = "Makes an account that may everything, and keeps that in the audit log."

    def handle(self, *args: Any, **options: Any) -> None:
        by = Actor.command("createsuperuser")

        def keep(account: User) -> None:
            record_account(by, Act.ACCOUNT_CHANGED, account, new=True)
            record_account(by, Act.ROLE_CHANGED, account, is_staff=True, is_superuser=True)

        with record_saves(keep):
            super().handle(*args, **options)
