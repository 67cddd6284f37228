"""Where the site may be served before it is configured."""

import ipaddress

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def is_loopback(host: str) -> bool:
    if host in ("localhost", ""):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def refuse_unconfigured(host: str) -> None:
    """Raises ImproperlyConfigured where the site would answer other machines without having been configured for it."""
    if not is_loopback(host) and not settings.SERVES_ELSEWHERE:
        raise ImproperlyConfigured(
            f"The site would answer at {host}, but it is configured for this machine alone: set ALLOWED_HOSTS, "
            "SECRET_KEY and DATABASE_URL first (docs/operations.md), or serve it at 127.0.0.1."
        )
