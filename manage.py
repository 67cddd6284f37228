#!/usr/bin/env python3
"""Django's command line. Without the virtual environment, it explains what to do."""

import gc
import os
import sys

NOT_INSTALLED_MESSAGE = """\
Django is not installed for this Python ({python}).
The project has its own copy in .venv. Run:

    make setup
    .venv/bin/python manage.py {arguments}
"""

# Commands that only read. With SITE_ROLE=public, all other commands are refused.
READ_ONLY_COMMANDS = {
    "check",
    "collectstatic",
    "diffsettings",
    "dump_public",
    "help",
    "runserver",
    "showmigrations",
    "update_dump",
    "version",
}
READ_ONLY_COMMANDS |= {"--help", "-h"}
REFUSED_MESSAGE = """\
SITE_ROLE=public: this process only reads what is published, so it cannot run manage.py {command}.
Run it in the editors' process (docker compose exec editor python manage.py {command} …), or without SITE_ROLE=public.
"""


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "council.settings")
    gc.disable()  # until the apps are loaded (council.apps)
    try:
        from django.core.management import execute_from_command_line
    except ModuleNotFoundError as error:
        if error.name != "django":
            raise
        arguments = " ".join(sys.argv[1:]) or "help"
        sys.stderr.write(NOT_INSTALLED_MESSAGE.format(python=sys.executable, arguments=arguments))
        sys.exit(2)
    refuse_write_command(sys.argv[1:2])
    from django.core.exceptions import ImproperlyConfigured

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        if "--traceback" in sys.argv:
            raise
        sys.stderr.write(f"{error}\n")
        sys.exit(2)


def refuse_write_command(command: list[str]) -> None:
    if os.environ.get("SITE_ROLE", "").strip() == "public" and not READ_ONLY_COMMANDS.issuperset(command):
        sys.stderr.write(REFUSED_MESSAGE.format(command=command[0]))
        sys.exit(2)


if __name__ == "__main__":
    main()
