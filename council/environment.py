"""Settings from the environment: a value is right, or absent, or stops the start and says how to mend it."""

import os
import re
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from limits import parse

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def read_text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def read_list(name: str, default: str = "") -> list[str]:
    """A list written with commas."""
    return [word.strip() for word in read_text(name, default).split(",") if word.strip()]


def read_bool(name: str, *, default: bool = False) -> bool:
    value = read_text(name, "1" if default else "0").lower()
    if value not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} is {value!r}: set it to 1 or 0.")
    return value in TRUE


def read_choice(name: str, *values: str) -> str:
    """One of the values; the first where nothing is set."""
    value = read_text(name) or values[0]
    if value not in values:
        raise ImproperlyConfigured(f"{name} is {value!r}: set it to {', '.join(values[:-1])} or {values[-1]}.")
    return value


def read_web_address(name: str) -> str:
    """An address that can stand in a header; empty where nothing is set."""
    value = read_text(name)
    if value and not re.fullmatch(r"https?://[!#-;=?-~]+", value):
        raise ImproperlyConfigured(f"{name} is {value!r}: set it to a web address, as https://example.eu/licence.")
    return value


def read_contact(name: str) -> str:
    """An e-mail address or a web address; empty where nothing is set."""
    value = read_text(name)
    if value and not re.fullmatch(r"https?://[!#-;=?-~]+|[!#-;=?A-~]+@[A-Za-z0-9.-]+\.[A-Za-z]+", value):
        raise ImproperlyConfigured(
            f"{name} is {value!r}: set it to an e-mail address, as press@example.eu, or to a web address."
        )
    return value


def read_security_contacts(name: str) -> list[str]:
    """Ways to reach somebody, as web addresses, `mailto:` or `tel:` (RFC 9116, 2.5.3)."""
    values = read_list(name)
    for value in values:
        if not re.fullmatch(r"(https://|mailto:[!-?A-~]+@|tel:\+?[0-9])[!-;=?-~]*", value):
            raise ImproperlyConfigured(
                f"{name} has {value!r}: write each as mailto:security@example.eu, https://example.eu/report or "
                "tel:+3225550000."
            )
    return values


def number(name: str, default: int) -> int:
    """A whole number from 0 on."""
    value = read_text(name) or str(default)
    if not (value.isascii() and value.isdigit()):
        raise ImproperlyConfigured(f"{name} is {value!r}: set it to a whole number, 0 for none.")
    return int(value)


def rate(name: str, default: str) -> str:
    """How many in which time, as 1200/minute; empty where the variable is there and says nothing."""
    value = read_text(name, default)
    try:
        if value:
            parse(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {value!r}: write it as 1200/minute, or nothing for no limit.") from None
    return value


def load_local_secret(path: Path) -> str:
    """A random secret of this machine's own, made once, so that sign-ins outlive a restart and all workers agree."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(f".{os.getpid()}")
        temporary.touch(mode=0o600)
        temporary.write_text(secrets.token_urlsafe(50))
        try:
            os.link(temporary, path)  # two processes at once: the first wins, the other reads its secret
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
    return path.read_text().strip()
