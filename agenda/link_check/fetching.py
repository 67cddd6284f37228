"""Request one web address: HEAD, then GET if necessary, and follow redirects, without ever reaching a private network.

Whoever may write a text could otherwise make this server request addresses inside its own network. So for the address
and for each redirect, the host is resolved once, every IP address is checked, and the connection goes to one that was
checked: a name that resolves to another address a moment later has no effect (DNS rebinding). HTTP clients that we know
resolve the name themselves, so this uses the standard library. No proxy is used, no cookies or passwords are sent, and
the body of an answer is not read.
"""

import math
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from threading import Lock, Thread, Timer
from typing import TypeVar
from urllib.parse import SplitResult, quote, urldefrag, urljoin, urlsplit

from agenda.link_check.public_networks import is_public
from agenda.models import LinkProblem

Result = TypeVar("Result")

DEFAULT_PORTS = {"http": 80, "https": 443}
PORTS = frozenset({80, 443, 8080, 8443})
MAX_REDIRECTS = 5
CONNECT_SECONDS = 10.0
TOTAL_SECONDS = 30.0
"""For one address, with its redirects, without the time that it waits for its turn."""
HOST_INTERVAL_SECONDS = 1.0
REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})
UNWELCOME_STATUSES = frozenset({401, 403, 407, 429, 451, 999})
"""The server does not show the page to a program. Readers may see it, so this says nothing about the address."""
RETRIED_WITH_GET = (LinkProblem.HTTP, LinkProblem.NOT_CHECKABLE, LinkProblem.PROTOCOL, LinkProblem.CONNECTION)
PATH_CHARACTERS = "/%:@!$&'()*+,;=~-._"


@dataclass(frozen=True)
class FetchResult:
    """What became of a request: the problem, if there is one, and the last HTTP status, if there was one."""

    problem: LinkProblem = LinkProblem.NONE
    status: int | None = None


class FetchError(Exception):
    def __init__(self, problem: LinkProblem) -> None:
        super().__init__(problem)
        self.problem = problem


def resolve_host(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host. Raise OSError if there is none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_facts, address in found))


class PinnedConnection(HTTPConnection):
    """A connection to one of the IP addresses that were checked, in the name of a host.

    After `deadline`, in seconds of `time.monotonic`, connecting raises TimeoutError.
    """

    deadline = math.inf

    def __init__(self, host: str, port: int, addresses: Sequence[str], context: ssl.SSLContext | None) -> None:
        super().__init__(host, port)
        self.addresses, self.context = addresses, context

    def connect(self) -> None:
        *others, last = self.addresses
        for address in others:
            with suppress(OSError):
                self.sock = socket.create_connection((address, self.port), self.get_timeout())
                break
        else:
            self.sock = socket.create_connection((last, self.port), self.get_timeout())
        if self.context:
            self.sock.settimeout(self.get_timeout())
            self.sock = self.context.wrap_socket(self.sock, server_hostname=self.host)
        # If the time was over before this socket existed, nothing will close it.
        self.sock.settimeout(self.get_timeout())

    def get_timeout(self) -> float:
        """Return the seconds that the next step may take. Raise TimeoutError if none are left."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return min(CONNECT_SECONDS, left)


class HostGate:
    """Lets one request at a time through to each host, with a pause between two."""

    def __init__(self, interval: float) -> None:
        self.interval, self.lock = interval, Lock()
        self.locks: dict[str, Lock] = {}
        self.free_at: dict[str, float] = {}

    @contextmanager
    def enter(self, host: str) -> Iterator[None]:
        with self.lock:
            lock = self.locks.setdefault(host, Lock())
        with lock:
            time.sleep(max(0.0, self.free_at.get(host, 0.0) - time.monotonic()))
            try:
                yield
            finally:
                self.free_at[host] = time.monotonic() + self.interval


@dataclass
class TimeBudget:
    """The seconds that are left for one address. When they are over, the connection is closed."""

    seconds: float

    @contextmanager
    def spend(self) -> Iterator[None]:
        """Count the time that is spent in this context. Raise FetchError if none is left at its start."""
        if self.seconds <= 0:
            raise FetchError(LinkProblem.TIMEOUT)
        start = time.monotonic()
        try:
            yield
        finally:
            self.seconds -= time.monotonic() - start

    @contextmanager
    def spend_on(self, connection: PinnedConnection) -> Iterator[None]:
        with self.spend():
            connection.deadline = time.monotonic() + self.seconds
            timer = Timer(self.seconds, close_socket, [connection])
            timer.daemon = True
            timer.start()
            try:
                yield
            finally:
                timer.cancel()


def call_in_time(function: Callable[[], Result], seconds: float) -> Result:
    """Return what the function returns, or raise what it raises. Raise TimeoutError if it takes longer.

    Nothing can interrupt the system's resolver, so it is left behind in its thread, and ends by its own limits.
    """
    future: Future[Result] = Future()

    def call() -> None:
        try:
            future.set_result(function())
        except Exception as error:  # the caller gets it
            future.set_exception(error)

    Thread(target=call, daemon=True).start()
    return future.result(timeout=seconds)


def close_socket(connection: HTTPConnection) -> None:
    """Interrupt a connection that another thread is waiting for."""
    with suppress(OSError, AttributeError):
        connection.sock.shutdown(socket.SHUT_RDWR)


@dataclass
class Fetcher:
    """Requests addresses; several threads may share one.

    `is_permitted` decides about IP addresses, and `ports` are the ports that may be used, or None for all. Only tests,
    whose server is on this machine, may replace these and `resolve`.
    """

    user_agent: str
    is_permitted: Callable[[str], bool] = is_public
    ports: frozenset[int] | None = PORTS
    resolve: Callable[[str, int], Iterable[str]] = resolve_host
    total_seconds: float = TOTAL_SECONDS
    interval: float = HOST_INTERVAL_SECONDS
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def __post_init__(self) -> None:
        self.gate = HostGate(self.interval)

    def fetch(self, url: str) -> FetchResult:
        """Request the address, and return what became of it. The other side cannot make this raise an error."""
        budget = TimeBudget(self.total_seconds)
        result = self.follow("HEAD", url, budget)
        # Many servers answer HEAD wrongly, or not at all.
        return self.follow("GET", url, budget) if result.problem in RETRIED_WITH_GET else result

    def follow(self, method: str, url: str, budget: TimeBudget) -> FetchResult:
        """Request the address, and those to which it redirects."""
        status = None
        try:
            for _hop in range(1 + MAX_REDIRECTS):
                status, location = self.request(method, url, budget)
                if status not in REDIRECT_STATUSES or not location:
                    return FetchResult(judge_status(status), status)
                url = urljoin(url, location)
        except FetchError as error:
            return FetchResult(error.problem)
        except ValueError:  # an address that cannot be joined
            return FetchResult(LinkProblem.INVALID)
        return FetchResult(LinkProblem.REDIRECTS, status)

    def request(self, method: str, url: str, budget: TimeBudget) -> tuple[int, str]:
        """Send one request. Return the status and the address to which it redirects. Raise FetchError."""
        parts, host, port = split_address(url)
        if self.ports is not None and port not in self.ports:
            raise FetchError(LinkProblem.NOT_CHECKABLE)
        addresses = self.find_addresses(host, port, budget)
        connection = PinnedConnection(host, port, addresses, self.context if parts.scheme == "https" else None)
        target = quote(parts.path or "/", safe=PATH_CHARACTERS)
        target += f"?{quote(parts.query, safe=PATH_CHARACTERS + '?')}" if parts.query else ""
        name = f"[{host}]" if ":" in host else host
        headers = {
            "Host": name if port == DEFAULT_PORTS[parts.scheme] else f"{name}:{port}",
            "User-Agent": self.user_agent,
            "Accept": "*/*",
            "Connection": "close",
        }
        with self.gate.enter(host), closing(connection):
            try:
                with budget.spend_on(connection):
                    connection.request(method, target, headers=headers)
                    response = connection.getresponse()
            except (OSError, HTTPException, ValueError) as error:
                problem = LinkProblem.TIMEOUT if budget.seconds <= 0 else find_problem(error)
                raise FetchError(problem) from error
            if budget.seconds <= 0:  # the headers were cut off
                raise FetchError(LinkProblem.TIMEOUT)
            return response.status, response.headers.get("Location", "")

    def find_addresses(self, host: str, port: int, budget: TimeBudget) -> list[str]:
        """Return the IP addresses of the host.

        Raise FetchError if it has none, or one that may not be requested, or if that takes too long.
        """
        try:
            with budget.spend():
                addresses = call_in_time(lambda: [*self.resolve(host, port)], min(CONNECT_SECONDS, budget.seconds))
        except TimeoutError as error:
            raise FetchError(LinkProblem.TIMEOUT) from error
        except (OSError, UnicodeError) as error:
            raise FetchError(LinkProblem.NO_HOST) from error
        if not addresses:
            raise FetchError(LinkProblem.NO_HOST)
        if not all(map(self.is_permitted, addresses)):
            raise FetchError(LinkProblem.NOT_PUBLIC)
        return addresses


def split_address(url: str) -> tuple[SplitResult, str, int]:
    """Return the parts of a web address, its host and its port. Raise FetchError if it is not one."""
    try:
        parts = urlsplit(urldefrag(url).url)
        host = (parts.hostname or "").encode("idna").decode()
        default_port = DEFAULT_PORTS[parts.scheme]  # also if the address has a port: no other scheme is known
        port = parts.port or default_port
    except (KeyError, ValueError) as error:  # also UnicodeError
        raise FetchError(LinkProblem.INVALID) from error
    if not host:
        raise FetchError(LinkProblem.INVALID)
    return parts, host, port


def judge_status(status: int) -> LinkProblem:
    if status in UNWELCOME_STATUSES:
        return LinkProblem.NOT_CHECKABLE
    return LinkProblem.NONE if 200 <= status < 400 else LinkProblem.HTTP


def find_problem(error: Exception) -> LinkProblem:
    match error:
        case TimeoutError():
            return LinkProblem.TIMEOUT
        case ssl.SSLError():
            return LinkProblem.CERTIFICATE
        case OSError():
            return LinkProblem.CONNECTION
    return LinkProblem.PROTOCOL
