from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from meetings.access.audit import Actor
from meetings.models import User, UserSession
from meetings.sign_in.second_factors import list_factors, remove_factors
from meetings.sign_in.sessions import end_sessions


class Command(BaseCommand):
    help = (
        "Removes the authenticator apps, passkeys and recovery codes of an account, and ends its sessions, if nobody "
        "else can do it in the admin. The audit log records it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        account = User.objects.filter(username=options["username"]).first()
        if account is None:
            raise CommandError(f"There is no account “{options['username']}”. Nothing was changed.", returncode=2)
        factors = list_factors(account)
        with transaction.atomic():
            remove_factors(Actor.for_command("remove_second_step"), account, factors)
            end_sessions(UserSession.objects.filter(user=account))
        self.stdout.write(f"Removed: {len(factors)}. The sessions of {account.get_username()} have ended.")
