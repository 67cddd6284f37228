"""Every screen of the admin, found by walking its URLs: nobody reads it without signing in, or without a role."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from agenda.models import Revision
from council.urls.admin import urlpatterns
from meetings.models import Edition, Meeting
from tests.admin_forms import MEETINGS, create_user, sign_in
from tests.agenda.workflow.revision_helpers import save_revision
from tests.factories import make_meeting, make_topic, publish_now

pytestmark = pytest.mark.once

SIGN_IN = "/admin/login/"
GUIDE = "/admin/help/"
# What people without a role may open: their own account, the list of what there is to do, which is empty, the guide,
# “Find”, which finds only these screens, and words.
FOR_ALL_STAFF = {
