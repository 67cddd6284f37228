"""Record in the audit log how Django's own commands change accounts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from meetings.models import User


@contextmanager
def record_saves(callback: Callable[[User], None]) -> Iterator[None]:
    """Call `callback` with each account that is saved within the context, in one transaction with saving it.

    Of an account that exists, only the password is saved: a colleague may change the rest while somebody types one.
    These commands prompt and save in one function. A transaction around all of it would hold SQLite's lock while
    somebody types a password.
    """
    original_save: Any = User.save

    def save(account: User, *args: Any, **options: Any) -> None:
        if not account._state.adding:
            options.setdefault("update_fields", ["password"])
        with transaction.atomic():
            original_save(account, *args, **options)
            callback(account)

    user_class: Any = User
    user_class.save = save
    try:
        yield
    finally:
        user_class.save = original_save
