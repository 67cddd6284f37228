"""Record in the audit log what Django's own commands do to accounts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from meetings.models import User


@contextmanager
def keeping(callback: Callable[[User], None]) -> Iterator[None]:
    """Call `callback` with each account that is saved in this context, in the same transaction as the save.

    These commands prompt and save in one go, so a transaction around all of it would hold SQLite's lock while
    somebody types a password.
    """
    original_save: Any = User.save

    def save(account: User, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            original_save(account, *args, **options)
            callback(account)

    user_model: Any = User
    user_model.save = save
    try:
        yield
    finally:
        user_model.save = original_save
