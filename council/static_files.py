"""Which static files are collected."""

from django.contrib.staticfiles.apps import StaticFilesConfig


class CollectedFilesConfig(StaticFilesConfig):
    """Django's app for static files, without the sources of packed scripts and styles: no page needs them."""

    ignore_patterns = (*StaticFilesConfig.ignore_patterns, "*.map")
