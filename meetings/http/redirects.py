"""Redirect to another address of the site."""

from django.http import HttpRequest, HttpResponseRedirect


def redirect_with_query(request: HttpRequest, path: str) -> HttpResponseRedirect:
    """Return a redirect to the path, with the query string of the request, unless the path has one of its own."""
    query = request.META["QUERY_STRING"]
    return HttpResponseRedirect(f"{path}?{query}" if query and "?" not in path else path)
