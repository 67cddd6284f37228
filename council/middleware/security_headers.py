"""Send the Content-Security-Policy, and headers about other sites and about devices."""

from csp.utils import build_policy
from django.http import HttpRequest, HttpResponse

from council.middleware import GetResponse, Middleware
from council.program_paths import is_for_programs

UNUSED_FEATURES = (
    "accelerometer camera display-capture geolocation gyroscope hid magnetometer microphone midi payment serial usb "
    "xr-spatial-tracking"
).split()
PERMISSIONS_POLICY = ", ".join(f"{feature}=()" for feature in UNUSED_FEATURES)
EMBEDDED_PATHS = ("/api/", "/images/")


class ContentSecurityPolicyMiddleware(Middleware):
    """Add the Content-Security-Policy from the settings. It is built once, since it is the same for every response.

    Other sites may embed what is made for it: answers for programs, and pictures. Django's SecurityMiddleware adds
    Cross-Origin-Opener-Policy.
    """

    def __init__(self, get_response: GetResponse) -> None:
        super().__init__(get_response)
        self.policy = "; ".join(sorted(build_policy().split("; ")))  # the same in all processes

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_embedded = is_for_programs(request.path_info) or request.path_info.startswith(EMBEDDED_PATHS)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin" if is_embedded else "same-origin"
        response.headers["Permissions-Policy"] = PERMISSIONS_POLICY
        return response
