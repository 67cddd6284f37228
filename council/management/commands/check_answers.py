from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError

from agenda.management.database_errors import build_command_error
from council.management.api_selfcheck import build_stored_answers


class Command(BaseCommand):
    help = (
        "Build the API's answer for every stored row, including past editions and all languages, and check it against "
        "its type. It changes nothing. Run it after an upgrade, before readers find what is broken."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        seen = faults = 0
        try:
            for seen, answer in enumerate(build_stored_answers(), 1):  # noqa: B007
                if answer.fault:
                    faults += 1
                    self.stderr.write(f"{answer.resource} {answer.row} in {answer.language}: {answer.fault}")
        except (OperationalError, ProgrammingError) as error:
            message = f"{seen} answers were checked, {faults} with faults. Run the command again."
            raise build_command_error(error, message) from error
        if faults:
            raise CommandError(f"{faults} of {seen} answers do not match the API's description.")
        self.stdout.write(f"{seen} answers checked. No faults found.")
