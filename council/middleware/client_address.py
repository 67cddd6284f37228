"""Set the network address of the client."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from council.middleware import Middleware

MAX_ADDRESS_LENGTH = 45  # characters, of an IPv6 address with an IPv4 address in it; the audit log keeps no more


class ClientAddressMiddleware(Middleware):
    """Set REMOTE_ADDR to the client's address, which is that of the front server if there is one.

    The front server adds the client's address as the last one in X-Forwarded-For. Without a front server the header is
    ignored, because a client could send any address in it.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        forwarded_for = request.headers.get("X-Forwarded-For", "") if settings.SERVES_ELSEWHERE else ""
        if address := forwarded_for.rpartition(",")[2].strip()[:MAX_ADDRESS_LENGTH]:
            request.META["REMOTE_ADDR"] = address
        return self.get_response(request)
