"""Limit requests: their length, and their rate per client."""

import ipaddress
import math
import threading
import time
from collections import Counter
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from limits import RateLimitItem, parse
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

from council.middleware import GetResponse
from council.program_paths import is_costly, is_for_programs
from council.views import errors

MAX_ADDRESS_LENGTH = 4_000  # characters of path and query, each
MAX_HEADER_LENGTHS = {"Accept": 1_000, "Accept-Encoding": 1_000, "Accept-Language": 1_000, "If-None-Match": 4_000}
UNCHANGED_COST, ANSWER_COST, COSTLY_COST = 1, 10, 50  # what each response counts
ORDINARY_SECONDS = 0.025  # seconds of processor time; nearly all responses take less (docs/api.md mentions it)


class SizeMiddleware:
    """Middleware that refuses requests of programs with an address or header that is too long."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_for_programs(request.path_info):
            if max(len(request.path_info), len(request.META.get("QUERY_STRING", ""))) > MAX_ADDRESS_LENGTH:
                return errors.uri_too_long(request, MAX_ADDRESS_LENGTH)
            for name, longest in MAX_HEADER_LENGTHS.items():
                if len(request.headers.get(name, "")) > longest:
                    return errors.header_too_large(request, name, longest)
        return self.get_response(request)


class RateMiddleware:
    """Middleware that sends a 429 to clients that exceed settings.API_RATE in this process.

    A 304 counts a tenth, because it costs almost nothing; it does count, because even an unchanged detail takes a
    query. A search counts five. A slow response counts as many times as an ordinary one fits into its time.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.rate = scale_rate(parse(settings.API_RATE)) if settings.API_RATE else None
        self.limiter = FixedWindowRateLimiter(WindowStorage())

    def __call__(self, request: HttpRequest) -> HttpResponse:
        costly = is_costly(request.path_info)
        if self.rate is None or not (costly or is_for_programs(request.path_info)):
            return self.get_response(request)
        client = get_client_key(request)
        least = COSTLY_COST if costly else ANSWER_COST
        if not self.limiter.test(self.rate, client, cost=ANSWER_COST):
            window = self.limiter.get_window_stats(self.rate, client)
            return errors.too_many_requests(request, math.ceil(max(1.0, window.reset_time - time.time())))
        begun = time.thread_time()
        response = self.get_response(request)
        cost = compute_cost(response, time.thread_time() - begun, least)
        self.limiter.hit(self.rate, client, cost=cost)
        return response


def compute_cost(response: HttpResponse, seconds: float, least: int) -> int:
    """Return the cost of a response. `seconds` are processor time, without waiting for a database or other threads.

    A costly page is built before it is known to be unchanged, so its 304 counts in full.
    """
    if response.status_code == 304 and least == ANSWER_COST:
        least = UNCHANGED_COST
    return max(least, ANSWER_COST * int(seconds / ORDINARY_SECONDS))


def scale_rate(rate: RateLimitItem) -> RateLimitItem:
    return type(rate)(rate.amount * ANSWER_COST, rate.multiples)


def get_client_key(request: HttpRequest) -> str:
    """Return the network address that identifies the client.

    Behind a front server, it is the last address in X-Forwarded-For, which that server adds. Without one, it is the
    address of the connection, because a client could send any X-Forwarded-For.
    """
    forwarded_for = request.headers.get("X-Forwarded-For", "") if settings.SERVES_ELSEWHERE else ""
    return get_network(forwarded_for.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", ""))


@lru_cache(maxsize=4096)
def get_network(address: str) -> str:
    """Return the address as text. An IPv6 address becomes its /64 network, which belongs to one household."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(found) >> 64 << 64, 64)))


class WindowStorage(Storage):
    """A storage of counters in this process, which are all discarded when their window ends.

    The library's own storage starts a thread every ten milliseconds that goes through all addresses.
    """

    STORAGE_SCHEME = ["council"]

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **options: Any) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions, **options)
        self.lock = threading.Lock()
        self.counts: Counter[str] = Counter()
        self.ends = 0.0

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        with self.lock:
            if not self.ends - expiry <= time.time() < self.ends:
                self.counts = Counter()
                self.ends = (time.time() // expiry + 1) * expiry
            self.counts[key] += amount
            return self.counts[key]

    def get(self, key: str) -> int:
        return self.counts[key] if time.time() < self.ends else 0

    def get_expiry(self, key: str) -> float:
        return self.ends

    def check(self) -> bool:
        return True

    def reset(self) -> int:
        found, self.counts = len(self.counts), Counter()
        return found

    def clear(self, key: str) -> None:
        self.counts.pop(key, None)
