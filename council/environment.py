"""Read settings from environment variables.

Each function returns the value, or the default if the variable is not set. A wrong value raises ImproperlyConfigured
with a message that says how to correct it, so the process does not start.
"""

import os
import re
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from limits import parse

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def read_text(name: str, default: str = "") -> str:
    """Return the value without spaces around it."""
    return os.environ.get(name, default).strip()


def read_list(name: str, default: str = "") -> list[str]:
    """Return the list of values, which are separated by commas."""
    return [word.strip() for word in read_text(name, default).split(",") if word.strip()]


def read_bool(name: str, *, default: bool = False) -> bool:
    """Return True or False for any of the usual spellings, such as 1 and 0 or yes and no."""
    value = read_text(name, "1" if default else "0").lower()
    if value not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} is {value!r}: set it to 1 or 0.")
    return value in TRUE


def read_choice(name: str, *values: str) -> str:
    """Return one of `values`. The first is the default."""
    value = read_text(name) or values[0]
    if value not in values:
        raise ImproperlyConfigured(f"{name} is {value!r}: set it to {', '.join(values[:-1])} or {values[-1]}.")
    return value


def read_web_address(name: str) -> str:
    """Return a web address that is safe to use in a header, or an empty string if nothing is set."""
    value = read_text(name)
    if value and not re.fullmatch(r"https?://[!#-;=?-~]+", value):
        raise ImproperlyConfigured(
            f"{name} is {value!r}: set it to a web address, for example https://example.eu/licence."
        )
    return value


def read_contact(name: str) -> str:
    """Return an email address or a web address, or an empty string if nothing is set."""
    value = read_text(name)
    if value and not re.fullmatch(r"https?://[!#-;=?-~]+|[!#-;=?A-~]+@[A-Za-z0-9.-]+\.[A-Za-z]+", value):
        raise ImproperlyConfigured(
            f"{name} is {value!r}: set it to an email address, for example press@example.eu, or to a web address."
        )
    return value


def read_security_contacts(name: str) -> list[str]:
    """Return the security contacts: web addresses, `mailto:` or `tel:` addresses (RFC 9116, section 2.5.3)."""
    values = read_list(name)
    for value in values:
        if not re.fullmatch(r"(https://|mailto:[!-?A-~]+@|tel:\+?[0-9])[!-;=?-~]*", value):
            raise ImproperlyConfigured(
                f"{name} contains {value!r}: write each contact as mailto:security@example.eu, "
                "https://example.eu/report or tel:+3225550000."
            )
    return values


def read_number(name: str, default: int) -> int:
    """Return a whole number, 0 or more."""
    value = read_text(name) or str(default)
    if not (value.isascii() and value.isdigit()):
        raise ImproperlyConfigured(f"{name} is {value!r}: set it to a whole number, or to 0 for none.")
    return int(value)


def read_rate(name: str, default: str) -> str:
    """Return a rate such as 1200/minute, or an empty string (no limit) if the variable is set but empty."""
    value = read_text(name, default)
    try:
        if value:
            parse(value)
    except ValueError:
        raise ImproperlyConfigured(
            f"{name} is {value!r}: write it like 1200/minute, or leave it empty for no limit."
        ) from None
    return value


def load_local_secret(path: Path) -> str:
    """Return the random secret of this machine. Create it in the file `path` if there is none.

    It is created once, so that users stay signed in after a restart and all workers use the same secret.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(f".{os.getpid()}")
        temporary.touch(mode=0o600)
        temporary.write_text(secrets.token_urlsafe(50))
        try:
            os.link(temporary, path)  # if two processes do this at once, the first wins and the other reads its secret
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
    return path.read_text().strip()
