"""How long PostgreSQL may take for a search. A few phrases of frequent words can take it seconds."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from meetings.database.time_limits import limit_database_time
from meetings.http.problems import build_parameter_problem

MAX_SECONDS = 1  # for a search, and again for help with one that found nothing


@contextmanager
def limit_search() -> Iterator[None]:
    """Raise TimeoutError if the searches of the block together take too long."""
    with limit_database_time(MAX_SECONDS):
        yield


@contextmanager
def refuse_long_search() -> Iterator[None]:
    """Raise a Problem (400) if the searches of the block together take too long."""
    try:
        with limit_search():
            yield
    except TimeoutError as error:
        message = _("q: this search takes too long. Use fewer words, or words instead of phrases in quotation marks.")
        raise build_parameter_problem("q", message) from error
