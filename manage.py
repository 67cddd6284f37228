#!/usr/bin/env python3
"""Django's command line. Called without the virtual environment, it says what to do."""

import os
import sys

ADVICE = """\
Django is not installed for this Python ({python}).
The project keeps its own copy in .venv:

    make setup
    .venv/bin/python manage.py {arguments}
"""


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "council.settings")
    try:
        from django.core.management import execute_from_command_line
    except ModuleNotFoundError as error:
        if error.name != "django":
            raise
        arguments = " ".join(sys.argv[1:]) or "help"
        sys.stderr.write(ADVICE.format(python=sys.executable, arguments=arguments))
        sys.exit(2)
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
