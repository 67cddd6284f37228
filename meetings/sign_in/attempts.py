"""Count failed attempts in the database, by account and by network, and refuse more of them for a while.

An attempt counts as failed before it is checked, in a short transaction that locks the counts. So many attempts at once
gain nothing. An attempt that succeeds is taken off the count afterwards. Names that have no account are counted like
the others.

Whoever has signed in from a network or with a browser before is let in there, whatever others have done wrong. Only the
right password shows this: a wrong one has the same answer, after the same time, as if the name had no account.
"""

import datetime as dt
import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetings.access.audit import Actor, record_act
from meetings.http.networks import CUSTOMER_BITS, get_network
from meetings.models import Act, AttemptCount, KnownNetwork, User

SIGN_IN = "sign in"  # the kind of attempt that `forget_attempts` forgets
FIRST_PAUSE = dt.timedelta(minutes=1)
KEPT_FOR = dt.timedelta(days=30)
KNOWN_FOR = dt.timedelta(days=30)
"""How long a network stays known after a user has signed in from it."""
MAX_SINGLE_ENTRIES = 1000
"""After so many failures in an hour, the audit log counts those of unknown names instead of listing them."""
EVERYBODY = "everybody"


@dataclass(frozen=True)
class Limit:
    """`free` failures within `period` have no consequence. Each further one is followed by a pause that doubles."""

    free: int
    period: dt.timedelta
    max_pause: dt.timedelta

    def compute_pause(self, failures: int) -> dt.timedelta | None:
        if failures < self.free:
            return None
        doubled: dt.timedelta = FIRST_PAUSE * 2 ** min(failures - self.free, 10)
        return min(doubled, self.max_pause)


ACCOUNT_LIMIT = Limit(free=5, period=dt.timedelta(days=1), max_pause=dt.timedelta(hours=1))
"""For one name from where it is not known, in one known network or browser, and for codes of one user."""
NETWORK_LIMIT = Limit(free=60, period=dt.timedelta(hours=1), max_pause=dt.timedelta(hours=1))
"""For one network, whatever the names. An office can have one address for many people."""
NO_LIMIT = Limit(free=2**31, period=dt.timedelta(hours=1), max_pause=dt.timedelta(0))


class TooManyAttemptsError(ValidationError):
    """There were too many failures. The message says when to try again; a form can show it.

    `may_be_checked` says that the attempt was checked if the user has signed in from this network before.
    """

    def __init__(self, until: dt.datetime, now: dt.datetime, *, may_be_checked: bool = False) -> None:
        self.seconds = max(1, int((until - now).total_seconds()) + 1)
        self.may_be_checked = may_be_checked
        minutes = -(-self.seconds // 60)
        message = ngettext(
            "There were too many failed attempts. Try again in %d minute.",
            "There were too many failed attempts. Try again in %d minutes.",
            minutes,
        )
        hint = _("If you have signed in from here within the last month, check what you entered, and try at once.")
        super().__init__(f"{message % minutes} {hint if may_be_checked else ''}".strip(), code="too_many_attempts")


@dataclass
class Attempt:
    """An attempt that must be checked. Call `succeed` or `fail` with its result.

    `own_keys` are the counts that a success ends, and `counted_keys` those that have this attempt. `refusal` is what
    somebody is told whose attempt fails, if others must wait. Then only a user with `may_succeed` may be let in.
    """

    actor: Actor
    own_keys: list[str]
    counted_keys: list[str]
    number_of_all: int
    refusal: TooManyAttemptsError | None
    may_succeed: bool
    details: dict[str, Any] = field(default_factory=dict)

    def succeed(self) -> None:
        """Forget the failures of this account, and take this attempt off those of the network."""
        with transaction.atomic():
            counts = lock_counts({*self.own_keys, *self.counted_keys})
            for key in self.own_keys:
                if count := counts.get(key):
                    record_rest(self.actor, count)
                    count.delete()
            take_off(self.counted_keys)
            AttemptCount.objects.filter(since__lt=timezone.now() - KEPT_FOR).delete()

    def cancel(self) -> None:
        """Take the attempt off the counts: it was not checked."""
        take_off(self.counted_keys)

    def fail(self, *, is_known: bool = True) -> None:
        """Record the refusal. Raise TooManyAttemptsError if others must wait.

        In a flood of unknown names, only the 1st, 2nd, 4th, 8th … get an entry.
        """
        if is_known or self.number_of_all <= MAX_SINGLE_ENTRIES:
            record_act(self.actor, Act.SIGN_IN_REFUSED, **self.details)
        elif is_power_of_two(self.number_of_all):
            record_act(self.actor, Act.SIGN_IN_REFUSED, all_attempts=self.number_of_all)
        if self.refusal:
            raise self.refusal


def begin_attempt(
    kind: str, subject: str, actor: Actor, *, user_name: str | None = None, device: str = "", **details: Any
) -> Attempt:
    """Count an attempt. Raise TooManyAttemptsError if the account or the actor's network must wait.

    `subject` is what is guessed at, for example the name of an account. Pass `user_name` if that user is to be let in
    from the networks that they use, and `device` if the request comes from a browser in which they have signed in:
    there, only its own failures count. So neither a stranger nor a colleague who guesses at names can keep somebody
    from signing in at the office, or with their own laptop on a journey.

    In a network from which anybody has signed in, an attempt is checked although others must wait, whatever the name
    is: otherwise the time of the answer would tell who signs in there.
    """
    now, network = timezone.now(), get_network(actor.remote)
    here = KnownNetwork.objects.filter(network=network, seen_at__gt=now - KNOWN_FOR).aggregate(
        people=Count("pk"), is_known=Count("pk", filter=Q(user__username=user_name))
    )
    own_key, everybody = build_key(kind, subject, device), build_key(EVERYBODY)
    here_key = build_key(kind, subject, network) if here["people"] and not device else ""
    limits = {own_key: ACCOUNT_LIMIT, everybody: NO_LIMIT}
    if here_key:
        limits[here_key] = ACCOUNT_LIMIT
    if not device:
        limits[build_key("network", kind, get_network(actor.remote, CUSTOMER_BITS))] = NETWORK_LIMIT
    with transaction.atomic():
        counts = lock_counts(limits, create_at=now)
        for key, count in counts.items():
            if now - count.since > limits[key].period:
                record_rest(actor, count)
                count.failures, count.refused, count.since, count.blocked_until = 0, 0, now, None
        blocked = [key for key, count in counts.items() if count.blocked_until and count.blocked_until > now]
        is_checked = not blocked or here_key not in ("", *blocked)
        counted = [key for key in limits if not blocked or (is_checked and key in (here_key, everybody))]
        for key, count in counts.items():
            if key in counted:
                count.failures += 1
                pause = limits[key].compute_pause(count.failures)
                count.blocked_until = now + pause if pause else None
            elif key in blocked and not is_checked:
                count.refused += 1
                if is_power_of_two(count.refused):
                    record_act(actor, Act.SIGN_IN_REFUSED, attempts=count.refused, **details)
        AttemptCount.objects.bulk_update(counts.values(), ["failures", "refused", "since", "blocked_until"])
    ends = [until for key in blocked if (until := counts[key].blocked_until)]
    refusal = TooManyAttemptsError(max(ends), now, may_be_checked=is_checked) if ends else None
    if refusal and not is_checked:
        raise refusal
    return Attempt(
        actor,
        own_keys=[here_key] if here["is_known"] and here_key else [own_key, here_key],
        counted_keys=[key for key in counted if key != everybody],
        number_of_all=counts[everybody].failures,
        refusal=refusal,
        may_succeed=not refusal or bool(here["is_known"]),
        details=details,
    )


def take_off(keys: Collection[str]) -> None:
    """Take one attempt off these counts, with the pause that it began: none is checked during an earlier one."""
    AttemptCount.objects.filter(key__in=keys, failures__gt=0).update(failures=F("failures") - 1, blocked_until=None)


def forget_attempts(user_name: str, device: str = "") -> None:
    """Let the user sign in at once: their password was set with a link that was sent to them, in this browser."""
    networks = KnownNetwork.objects.values_list("network", flat=True).distinct()
    keys = [build_key(SIGN_IN, user_name, network) for network in ("", device, *networks)]
    AttemptCount.objects.filter(key__in=keys).delete()


def lock_counts(keys: Collection[str], *, create_at: dt.datetime | None = None) -> dict[str, AttemptCount]:
    """Return the counts by key and lock them, always in one order. With `create_at`, all of them exist afterwards."""
    if create_at:
        new = [AttemptCount(key=key, since=create_at) for key in sorted(keys)]
        AttemptCount.objects.bulk_create(new, ignore_conflicts=True)
    rows = AttemptCount.objects.filter(key__in=keys).order_by("key").select_for_update(no_key=True)
    return {count.key: count for count in rows}


def record_rest(actor: Actor, count: AttemptCount) -> None:
    """Record how many attempts were refused without a check, or made in a flood, unless the last entry says so."""
    if count.refused and not is_power_of_two(count.refused):
        record_act(actor, Act.SIGN_IN_REFUSED, attempts=count.refused)
    is_flood = count.key == build_key(EVERYBODY) and count.failures > MAX_SINGLE_ENTRIES
    if is_flood and not is_power_of_two(count.failures):
        record_act(actor, Act.SIGN_IN_REFUSED, all_attempts=count.failures)


def remember_network(user: User, network: str, now: dt.datetime) -> None:
    """Remember that the user has signed in from the network, and forget networks that they no longer use."""
    KnownNetwork.objects.update_or_create(user=user, network=network, defaults={"seen_at": now})
    KnownNetwork.objects.filter(user=user, seen_at__lt=now - KNOWN_FOR).delete()


def build_key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()


def is_power_of_two(number: int) -> bool:
    return number & (number - 1) == 0
