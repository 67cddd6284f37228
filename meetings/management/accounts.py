"""What Django's own commands do to accounts, kept in the audit log."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from meetings.models import User


@contextmanager
def record_saves(callback: Callable[[User], None]) -> Iterator[None]:
    """Calls `keep` with each account that is saved meanwhile, in one transaction with the saving.

    Those commands ask and save in one go: a transaction around all of it would hold SQLite's lock for as long as
    somebody types a password.
    """
    plain: Any = User.save

    def save(account: User, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            plain(account, *args, **options)
            callback(account)

    person: Any = User
    person.save = save
    try:
        yield
    finally:
        person.save = plain
