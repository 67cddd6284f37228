"""Remove the service workers of the site's hosts: the site has none."""

from django.http import HttpRequest, HttpResponse

from council.middleware import Middleware

REMOVAL = """\
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil((async () => {
  await self.registration.unregister();
  for (const page of await self.clients.matchAll({ type: "window" })) await page.navigate(page.url);
})()));
"""


class ServiceWorkerMiddleware(Middleware):
    """Middleware that answers any request for the script of a service worker with one that removes itself.

    Whoever took over the process for readers once could leave a worker in the browsers of visitors, which shows false
    pages until they delete their data. Browsers look for a newer script at each visit, at the address of the old one,
    and keep the old one if there is none.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.headers.get("Service-Worker") != "script":
            return self.get_response(request)
        response = HttpResponse(REMOVAL, content_type="text/javascript; charset=utf-8")
        response["Cache-Control"] = "no-store"
        return response
