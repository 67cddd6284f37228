"""Check the addresses that are due, and save what became of them."""

import datetime as dt
import logging
import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import Queue
from urllib.parse import urlsplit

from django.db import transaction

from agenda.link_check.addresses import Use, collect_addresses
from agenda.link_check.fetching import FetchResult
from agenda.models import LinkCheck, LinkProblem, LinkUse

MAX_WORKERS = 8
"""Hosts that are asked at the same time."""
MAX_ADDRESSES = 1000
"""Addresses that one run checks at most; those that are due for longest come first."""
MAX_SECONDS = 30 * 60
"""How long a run makes requests. What it did not reach waits for a later run, so that slow hosts delay no others."""
CHECK_AGAIN = dt.timedelta(days=1)
RETRY_AFTER = (dt.timedelta(minutes=30), dt.timedelta(hours=2), dt.timedelta(hours=6))
"""How long to wait after the first, second and third failure in a row; after more, as long as for others."""

BATCH = 500
MAX_COUNTED = 1000
RESULT_FIELDS = ("problem", "status", "failures", "failing_since", "checked_at", "next_check_at")
logger = logging.getLogger(__name__)

Fetch = Callable[[str], FetchResult]


def check_links(fetch: Fetch, now: dt.datetime, *, everything: bool = False) -> list[LinkCheck]:
    """Check the addresses of live editions and drafts that are due, or all of them. Return those with a new result.

    Those that are not reached in `MAX_SECONDS` are due again when most others have had their turn.
    """
    save_uses(collect_addresses(now), now)
    due = LinkCheck.objects.all() if everything else LinkCheck.objects.filter(next_check_at__lte=now)
    ordered = due.order_by("next_check_at", "pk")
    checks = {check.url: check for check in (ordered if everything else ordered[:MAX_ADDRESSES])}
    done, left = [], {check.pk for check in checks.values()}
    for url, result in fetch_all(fetch, checks, math.inf if everything else MAX_SECONDS):
        left.remove(checks[url].pk)
        if save_result(checks[url], result, now):
            done.append(checks[url])
    due.filter(pk__in=left).update(next_check_at=now + RETRY_AFTER[0])
    return done


@transaction.atomic
def save_uses(found: dict[str, set[Use]], now: dt.datetime) -> None:
    """Store which parts use which addresses. New addresses are due at once, and those that nothing uses are deleted."""
    known = dict(LinkCheck.objects.values_list("url", "pk"))
    delete_in_batches(LinkCheck, [key for url, key in known.items() if url not in found])
    new = (LinkCheck(url=url, next_check_at=now) for url in sorted(found.keys() - known.keys()))
    LinkCheck.objects.bulk_create(new, batch_size=BATCH, ignore_conflicts=True)
    keys = dict(LinkCheck.objects.values_list("url", "pk"))
    wanted = {(keys[url], use) for url, uses in found.items() for use in uses}
    stored = {(link, Use(*use)): key for key, link, *use in LinkUse.objects.values_list("pk", "link", *Use._fields)}
    delete_in_batches(LinkUse, [key for pair, key in stored.items() if pair not in wanted])
    added = (LinkUse(link_id=link, **use._asdict()) for link, use in sorted(wanted - stored.keys()))
    LinkUse.objects.bulk_create(added, batch_size=BATCH, ignore_conflicts=True)


def delete_in_batches(model: type[LinkCheck | LinkUse], keys: Sequence[int]) -> None:
    for start in range(0, len(keys), BATCH):
        model._default_manager.filter(pk__in=keys[start : start + BATCH]).delete()


def fetch_all(fetch: Fetch, urls: Iterable[str], seconds: float) -> Iterator[tuple[str, FetchResult]]:
    """Fetch the addresses, those of one host one after the other, and yield each result as soon as it is known.

    After so many seconds, no request begins any more.
    """
    end = time.monotonic() + seconds
    by_host: dict[str, list[str]] = defaultdict(list)
    for url in urls:
        by_host[find_host(url)].append(url)
    results: Queue[tuple[str, FetchResult | None]] = Queue()

    def fetch_host(of_host: Sequence[str]) -> None:
        for url in of_host:
            results.put((url, fetch_safely(fetch, url) if time.monotonic() < end else None))

    with ThreadPoolExecutor(MAX_WORKERS) as pool:
        for of_host in by_host.values():
            pool.submit(fetch_host, of_host)
        for _url in range(sum(map(len, by_host.values()))):
            url, result = results.get()
            if result:
                yield url, result


def find_host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def fetch_safely(fetch: Fetch, url: str) -> FetchResult:
    """Fetch the address. An error in our own code must not stop the others."""
    try:
        return fetch(url)
    except Exception:
        logger.exception("The address %r cannot be checked", url)
        return FetchResult(LinkProblem.PROTOCOL)


def save_result(check: LinkCheck, result: FetchResult, now: dt.datetime) -> bool:
    """Save the result. Return False if, since the row was read, another run has saved one or has deleted the row."""
    as_read = LinkCheck.objects.filter(pk=check.pk, checked_at=check.checked_at)
    record_result(check, result, now)
    return bool(as_read.update(**{name: getattr(check, name) for name in RESULT_FIELDS}))


def record_result(check: LinkCheck, result: FetchResult, now: dt.datetime) -> None:
    """Count the failure, or end the count. The first failures are soon tried again: most of them do not last."""
    check.problem, check.status, check.checked_at = result.problem, result.status, now
    if result.problem in (LinkProblem.NONE, LinkProblem.NOT_CHECKABLE):
        check.failures, check.failing_since, wait = 0, None, CHECK_AGAIN
    else:
        check.failures, check.failing_since = min(check.failures + 1, MAX_COUNTED), check.failing_since or now
        wait = RETRY_AFTER[check.failures - 1] if check.failures <= len(RETRY_AFTER) else CHECK_AGAIN
    check.next_check_at = now + wait
