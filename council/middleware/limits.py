"""Limit requests: their length, and their rate per client."""

import math
import re
import time
from contextlib import suppress

from django.conf import settings
from django.core.cache.backends.locmem import LocMemCache
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from council.env import RATE_PERIODS
from council.middleware import GetResponse, Middleware
from council.middleware.slow_requests import Occupied, RunningRequests
from council.program_paths import is_calendar, is_costly, is_for_programs, is_limited
from council.views import errors
from meetings.http.networks import CUSTOMER_BITS, HOUSEHOLD_BITS, get_network
from meetings.http.processor_time import OTHER_SECONDS, count_database_time

MAX_ADDRESS_LENGTH = 4_000  # characters of path and query, each
MAX_PAGE_PATH_LENGTH = 1_000  # characters of the path of a page
MAX_HEADER_LENGTHS = {"Accept": 1_000, "Accept-Encoding": 1_000, "Accept-Language": 1_000, "If-None-Match": 4_000}
MAX_ESCAPED_COOKIES = 2_500  # characters; Django's own, the messages for the next page, has 2,048 at most
UNCHANGED_COST, PAGE_COST, ANSWER_COST, COSTLY_COST = 1, 1, 10, 50  # what each response counts at least
ORDINARY_SECONDS = 0.025  # seconds of processor time that count as one answer (docs/api.md mentions it)
MAX_PLAUSIBLE_WAIT_SECONDS = 60  # the front server gives up before; more means that the clocks differ
MAX_WAIT_SECONDS = 1  # that requests wait for a thread; more means that this process cannot keep up
BUSY_SHARE = 20  # after one second; after two, four times as much: networks with an eightieth of the rate are refused
BUSY_RETRY_SECONDS = 5
LANGUAGE_PREFIX = re.compile("^/[a-z]{2}/")
# What each client has used. Django drops the counts of those who were away longest if there are more clients.
counts = LocMemCache("rate_limit", {"OPTIONS": {"MAX_ENTRIES": 50_000}})
running_requests = RunningRequests()


class SizeMiddleware(Middleware):
    """Middleware that refuses requests with a path that is too long, and those of programs with a query or header.

    A redirect repeats the path in a header, which must not become too long for the front server. Long cookies with
    escaped signs are left out.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\\" in (cookies := request.META.get("HTTP_COOKIE", "")):
            request.META["HTTP_COOKIE"] = drop_long_escaped_cookies(cookies)
        if not is_for_programs(request.path_info) and len(request.path_info) > MAX_PAGE_PATH_LENGTH:
            return errors.uri_too_long(request, MAX_PAGE_PATH_LENGTH)
        if is_for_programs(request.path_info):
            if max(len(request.path_info), len(request.META.get("QUERY_STRING", ""))) > MAX_ADDRESS_LENGTH:
                return errors.uri_too_long(request, MAX_ADDRESS_LENGTH)
            for name, longest in MAX_HEADER_LENGTHS.items():
                if len(request.headers.get(name, "")) > longest:
                    return errors.header_too_large(request, name, longest)
        return self.get_response(request)


def drop_long_escaped_cookies(header: str) -> str:
    """Return the header without the cookies with escaped signs beyond `MAX_ESCAPED_COOKIES`.

    Python before 3.11.10 and 3.12.6 takes quadratic time to read them (CVE-2024-7592).
    """
    kept, left = [], MAX_ESCAPED_COOKIES
    for cookie in header.split(";"):
        if "\\" in cookie:
            if len(cookie) > left:
                continue
            left -= len(cookie)
        kept.append(cookie)
    return ";".join(kept)


class RateMiddleware(Middleware):
    """Middleware that sends a 429 to clients that exceed settings.API_RATE in this process.

    A 304 counts a tenth, because it costs almost nothing; it does count, because even an unchanged detail takes a
    query. A search counts five. A slow response counts as many times as an ordinary one fits into its time, in tenths;
    the time that the database takes for it counts, too. A page for people counts a tenth, unless it takes longer than
    that. Pages have a count of their own, so that a program does not shut out the people who share its address. All
    counts start again at zero when the period of the rate ends, for example each full minute.

    Requests wait for a thread in the order in which they came, so that one client with hundreds at once would make all
    others wait. If they have to wait, those who have used most are refused, which takes no time: networks, and
    customers who ask from many networks. Nor may slow requests occupy all threads: `council.middleware.slow_requests`.
    """

    def __init__(self, get_response: GetResponse) -> None:
        super().__init__(get_response)
        amount, _, period = settings.API_RATE.partition("/")
        self.limit, self.seconds = ANSWER_COST * int(amount or 0), RATE_PERIODS.get(period, 0)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self.limit or not is_limited(request.path_info):
            return self.get_response(request)
        least = get_least_cost(request.path_info, request.META.get("QUERY_STRING", ""))
        network, customer = (
            get_network(request.META.get("REMOTE_ADDR", ""), bits) for bits in (HOUSEHOLD_BITS, CUSTOMER_BITS)
        )
        kind, period = (
            "-pages" if least == PAGE_COST else "",
            int(time.time() // self.seconds),
        )  # a clock may be set back
        clients = [f"{each}{kind}-{period}" for each in (network, customer)]
        used, used_by_customer = (counts.get(client, 0) for client in clients)
        if used + min(least, ANSWER_COST) > self.limit:
            return errors.too_many_requests(request, math.ceil(self.get_seconds_left()))
        wait = compute_wait(request)
        if wait > MAX_WAIT_SECONDS and max(used, used_by_customer // 2) > self.limit / (BUSY_SHARE * wait**2):
            return errors.too_many_requests(request, BUSY_RETRY_SECONDS)
        costs = {"is_costly": least == COSTLY_COST, "is_calendar": is_calendar(request.path_info)}
        with running_requests.add(customer, get_view_name(request.path_info), **costs) as occupied:
            if occupied is Occupied.BY_NETWORK:
                return errors.too_many_requests(request, BUSY_RETRY_SECONDS)
            if occupied is Occupied.BY_ALL:
                return errors.busy(request, BUSY_RETRY_SECONDS)
            return self.answer_and_count(request, set(clients), least)

    def answer_and_count(self, request: HttpRequest, clients: set[str], least: int) -> HttpResponse:
        """Return the response, and add its cost to what the network and the customer have used."""
        OTHER_SECONDS.set(0.0)
        begun = time.thread_time()
        with count_database_time():
            response = self.get_response(request)
        cost = compute_cost(response, time.thread_time() - begun + OTHER_SECONDS.get(), least)
        for client in clients:
            if not counts.add(client, cost, timeout=self.get_seconds_left()):
                with suppress(ValueError):  # the period has just ended
                    counts.incr(client, cost)
        return response

    def get_seconds_left(self) -> float:
        """Return the seconds until the period of the rate ends: more than 0."""
        return self.seconds - time.time() % self.seconds


def get_view_name(path: str) -> str:
    """Return the name of the view, which is the same in all languages; "" for an address that does not exist."""
    try:
        return resolve(LANGUAGE_PREFIX.sub(f"/{settings.LANGUAGE_CODE}/", path)).view_name
    except Resolver404:
        return ""


def compute_wait(request: HttpRequest) -> float:
    """Return the seconds since the front server sent the request; 0 without one, or if its clock is another."""
    try:
        wait = time.time() - float(request.META["HTTP_X_FRONT_TIME"])
    except (KeyError, ValueError):
        return 0.0
    return wait if wait < MAX_PLAUSIBLE_WAIT_SECONDS else 0.0


def get_least_cost(path: str, query: str) -> int:
    if is_costly(path, query):
        return COSTLY_COST
    return ANSWER_COST if is_for_programs(path) else PAGE_COST


def compute_cost(response: HttpResponse, seconds: float, least: int) -> int:
    """Return the cost of a response. `seconds` are processor time, without waiting for other threads, but with that of
    the process that writes files, and the time of the database.

    A costly page is built before it is known to be unchanged, so its 304 counts in full.
    """
    if response.status_code == 304 and least == ANSWER_COST:
        least = UNCHANGED_COST
    return max(least, int(ANSWER_COST * seconds / ORDINARY_SECONDS))
