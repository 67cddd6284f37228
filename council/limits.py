"""How much one may ask for: the length of what is asked, and how often by one address."""

import ipaddress
import math
import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from limits import RateLimitItem, parse
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

from council import errors
from council.programs import is_costly, is_for_programs

GetResponse = Callable[[HttpRequest], HttpResponse]
LONGEST_ADDRESS = 4_000  # characters of path and query, each
LONGEST = {"Accept": 1_000, "Accept-Encoding": 1_000, "Accept-Language": 1_000, "If-None-Match": 4_000}
UNCHANGED, ANSWER, COSTLY = 1, 10, 50  # what each counts
ORDINARY = 0.025  # seconds of processor time; nearly all answers take less (docs/api.md tells of it)


class SizeMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_for_programs(request.path_info):
            if max(len(request.path_info), len(request.META.get("QUERY_STRING", ""))) > LONGEST_ADDRESS:
                return errors.too_long(request, LONGEST_ADDRESS)
            for name, longest in LONGEST.items():
                if len(request.headers.get(name, "")) > longest:
                    return errors.header_too_large(request, name, longest)
        return self.get_response(request)


class RateMiddleware:
    """429 for an address that asks more than settings.API_RATE in this process: a 304 counts a tenth, a search five.

    Whoever asks conditionally takes next to nothing and is let through ten times as often; not without end, since even
    an unchanged detail takes a query. What takes long counts as often as an ordinary answer goes into it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.rate = scaled(parse(settings.API_RATE)) if settings.API_RATE else None
        self.limiter = FixedWindowRateLimiter(Windows())

    def __call__(self, request: HttpRequest) -> HttpResponse:
        costly = is_costly(request.path_info)
        if self.rate is None or not (costly or is_for_programs(request.path_info)):
            return self.get_response(request)
        who = asker(request)
        least = COSTLY if costly else ANSWER
        if not self.limiter.test(self.rate, who, cost=ANSWER):
            window = self.limiter.get_window_stats(self.rate, who)
            return errors.too_many(request, math.ceil(max(1.0, window.reset_time - time.time())))
        begun = time.thread_time()
        response = self.get_response(request)
        cost = cost_of(response, time.thread_time() - begun, least)
        self.limiter.hit(self.rate, who, cost=cost)
        return response


def cost_of(response: HttpResponse, seconds: float, least: int) -> int:
    """`seconds` are those of the processor: whoever waits for a database or for other threads is not to blame.

    What is costly is made before it is known to be unchanged, so that a 304 of it counts in full.
    """
    if response.status_code == 304 and least == ANSWER:
        least = UNCHANGED
    return max(least, ANSWER * int(seconds / ORDINARY))


def scaled(rate: RateLimitItem) -> RateLimitItem:
    return type(rate)(rate.amount * ANSWER, rate.multiples)


def asker(request: HttpRequest) -> str:
    """The client's address, as the front server tells it; what a client says of itself counts only without one."""
    told = request.headers.get("X-Forwarded-For", "") if settings.SERVES_ELSEWHERE else ""
    return network_of(told.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", ""))


@lru_cache(maxsize=4096)
def network_of(address: str) -> str:
    """An IPv6 address stands for its /64, all of which one household has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(found) >> 64 << 64, 64)))


class Windows(Storage):
    """Counters in this process, all thrown away when their window ends.

    The library's own storage starts a thread every ten milliseconds that looks at every address.
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
