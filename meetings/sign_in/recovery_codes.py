"""Recovery codes: ten codes of 120 bits, of which the database keeps digests. Each works once."""

import base64
import hashlib
import secrets

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from meetings.models import RecoveryCode, User

NUMBER, BYTES = 10, 15


def renew_codes(user: User) -> list[str]:
    """Replace the recovery codes of the user and return the new ones, which can be shown only now."""
    codes = [format_code(base64.b32encode(secrets.token_bytes(BYTES)).decode()) for _number in range(NUMBER)]
    with transaction.atomic():
        user.lock()  # two at once would leave both codes
        RecoveryCode.objects.filter(user=user).delete()
        RecoveryCode.objects.bulk_create([RecoveryCode(user=user, digest=compute_digest(code)) for code in codes])
    return codes


def use_code(user: User, code: str) -> bool:
    """Return whether this was an unused code of the user. From now on it is used."""
    unused = RecoveryCode.objects.filter(user=user, digest=compute_digest(code), used_at=None)
    return unused.update(used_at=timezone.now()) == 1


def count_unused(user: User) -> int:
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


def warn_of_used_code(request: HttpRequest, user: User) -> None:
    """Tell the user that one of their codes is used, and how many are left."""
    messages.warning(request, _("You used a recovery code. You have %d left.") % count_unused(user))


def format_code(code: str) -> str:
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def compute_digest(code: str) -> str:
    """Return the digest of a code, however it is typed. With 120 random bits, it needs no slow hash (ASVS 6.5.2)."""
    return hashlib.sha256("".join(filter(str.isalnum, code.upper())).encode("utf-8", "replace")).hexdigest()
