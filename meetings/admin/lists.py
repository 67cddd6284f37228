"""What lists of the admin have in common."""

from typing import Any

from django.contrib.admin import ModelAdmin
from django.contrib.admin.options import IncorrectLookupParameters
from django.http import HttpRequest


class CalendarList(ModelAdmin):
    """A list that dates narrow down: one that no calendar has leads back to the list, as all that cannot be asked."""

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        try:
            return super().get_changelist_instance(request)
        except (OverflowError, ValueError) as error:  # of the year before 10000, or one that is too long to count
            raise IncorrectLookupParameters from error
