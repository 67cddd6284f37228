"""Base admin of lists with dates."""

from typing import Any

from django.contrib.admin import ModelAdmin
from django.contrib.admin.options import IncorrectLookupParameters
from django.http import HttpRequest


class DateHierarchyAdmin(ModelAdmin):
    """Admin of a list that can be filtered by date. An impossible date is handled like any invalid filter."""

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        try:
            return super().get_changelist_instance(request)
        except (
            OverflowError,
            ValueError,
        ) as error:  # the year 9999, which has no next year, or a number that is too large
            raise IncorrectLookupParameters from error
