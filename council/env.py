"""Read settings from environment variables.

A variable that is empty counts as not set, except for `read_text` and `read_rate`, which return the empty text. A wrong
value raises ImproperlyConfigured with a message that says how to correct it, so the process does not start.
"""

import os
import re
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.http.request import validate_host

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}
WEB_ADDRESS = r"https?://[!#-;=?-~]+"  # safe to use in a header
EMAIL_ADDRESS = r"[!#-;=?A-~]+@[A-Za-z0-9.-]+\.[A-Za-z]+"
MIN_SECRET_LENGTH, MIN_DIFFERENT_SIGNS = 50, 5
RATE_PERIODS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}  # in seconds


def read_text(name: str, default: str = "", *, pattern: str = "", advice: str = "") -> str:
    """Return the value without spaces around it, or the default if the variable is not set.

    If `pattern` is given, a value that is not empty must match it. `advice` follows “set it to” in the message.
    """
    value = os.environ.get(name, default).strip()
    if value and pattern and not re.fullmatch(pattern, value):
        raise ImproperlyConfigured(f"{name} is {value!r}: set it to {advice}.")
    return value


def read_list(name: str, *, pattern: str = "", advice: str = "") -> list[str]:
    """Return the list of values, which are separated by commas."""
    values = [word.strip() for word in read_text(name).split(",") if word.strip()]
    for value in values:
        if pattern and not re.fullmatch(pattern, value):
            raise ImproperlyConfigured(f"{name} contains {value!r}: {advice}.")
    return values


def read_bool(name: str) -> bool:
    """Return True or False for any of the usual spellings, such as 1 and 0 or yes and no."""
    value = read_text(name).lower()
    if value not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} is {value!r}: set it to 1 or 0.")
    return value in TRUE


def read_choice(name: str, *values: str) -> str:
    """Return one of `values`. The first is the default."""
    advice = f"{', '.join(values[:-1])} or {values[-1]}"
    return read_text(name, pattern="|".join(values), advice=advice) or values[0]


def read_web_address(name: str) -> str:
    return read_text(name, pattern=WEB_ADDRESS, advice="a web address, for example https://example.eu/licence")


def read_email_address(name: str) -> str:
    """Return an email address, which may have a name before it: “Press office <press@example.eu>”."""
    pattern = rf"{EMAIL_ADDRESS}|[^<>\r\n]+<{EMAIL_ADDRESS}>"
    return read_text(name, pattern=pattern, advice="an email address, for example agendas@example.eu")


def read_site_url(name: str) -> str:
    """Return the scheme and host of a site, with the port if there is one, and without a slash at the end."""
    pattern = r"https?://[A-Za-z0-9.\-\[\]:]+/?"
    return read_text(
        name, pattern=pattern, advice="the address of the site, for example https://agenda.example.eu"
    ).rstrip("/")


def read_contact(name: str) -> str:
    """Return an email address or a web address."""
    pattern = rf"{WEB_ADDRESS}|{EMAIL_ADDRESS}"
    return read_text(
        name, pattern=pattern, advice="an email address, for example press@example.eu, or to a web address"
    )


def read_security_contacts(name: str) -> list[str]:
    """Return the security contacts: web addresses, `mailto:` or `tel:` addresses (RFC 9116, section 2.5.3)."""
    pattern = r"(https://|mailto:[!-?A-~]+@|tel:\+?[0-9])[!-;=?-~]*"
    examples = "mailto:security@example.eu, https://example.eu/report or tel:+3225550000"
    return read_list(name, pattern=pattern, advice=f"write each contact as {examples}")


def read_secret(name: str) -> str:
    """Return a secret that nobody can guess, or an empty text if the variable is not set."""
    if value := read_text(name):
        refuse_weak_secret(name, value)
    return value


def read_secrets(name: str) -> list[str]:
    """Return secrets that nobody can guess, which are separated by commas."""
    values = read_list(name)
    for value in values:
        refuse_weak_secret(name, value)
    return values


def refuse_weak_secret(name: str, value: str) -> None:
    if len(value) < MIN_SECRET_LENGTH or len(set(value)) < MIN_DIFFERENT_SIGNS:
        raise ImproperlyConfigured(
            f"{name} can be guessed: set it to at least {MIN_SECRET_LENGTH} random characters, for example those that "
            "openssl rand -hex 32 prints."
        )


def read_host(name: str, allowed_hosts: list[str]) -> str:
    """Return the name of a host that is one of `allowed_hosts` and not the only one; empty if it is not set."""
    host = read_text(name, pattern=r"[a-z0-9.-]+", advice="a host name, for example desk.example.eu")
    if host and not validate_host(host, allowed_hosts):
        raise ImproperlyConfigured(f"{name} is {host}, which ALLOWED_HOSTS does not contain: add it there.")
    if host and allowed_hosts == [host]:
        raise ImproperlyConfigured(
            f"{name} is the only host in ALLOWED_HOSTS: add another one for readers, so that their browsers and the "
            "readers' process never have an editor's cookie."
        )
    return host


def read_number(name: str, default: int) -> int:
    """Return a whole number, 0 or more."""
    return int(read_text(name, pattern="[0-9]+", advice="a whole number, or to 0 for none") or default)


def read_rate(name: str, default: str) -> str:
    """Return a rate such as 1200/minute, or an empty string (no limit) if the variable is set but empty."""
    pattern = rf"[1-9][0-9]*/({'|'.join(RATE_PERIODS)})"
    return read_text(name, default, pattern=pattern, advice="a rate like 1200/minute, or leave it empty for no limit")


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
