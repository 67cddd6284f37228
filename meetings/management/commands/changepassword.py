from typing import Any

from django.contrib.auth.management.commands import changepassword

from meetings.audit import Actor, record_account
from meetings.management.accounts import record_saves
from meetings.models import Act, User


class Command(changepassword.Command):
    help = "Set the password of an account, and record it in the audit log."

    def handle(self, *args: Any, **options: Any) -> str | None:
        def record_password(account: User) -> None:
            record_account(Actor.for_command("changepassword"), Act.PASSWORD_SET, account)

        with record_saves(record_password):
            return super().handle(*args, **options)
