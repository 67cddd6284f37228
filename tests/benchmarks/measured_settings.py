"""The settings of a site, with a middleware that reports the cost of each request.

MEASURED_SETTINGS names the module with the site's own settings, and STATIC_ROOT the folder of its static files.
"""

import os
from importlib import import_module

globals().update(vars(import_module(os.environ["MEASURED_SETTINGS"])))
STATIC_ROOT = os.environ["STATIC_ROOT"]
MIDDLEWARE = ["tests.benchmarks.request_costs.RequestCostMiddleware", *globals()["MIDDLEWARE"]]
