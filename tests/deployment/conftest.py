"""Tests of the deployment that only `make soak` runs."""

import os

collect_ignore = [] if os.environ.get("SOAK") else ["test_moved_clock.py"]
