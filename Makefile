# `make` lists the targets. Python 3.11 or newer with its venv module is all that must be there beforehand.
# PYTHON names another interpreter, VENV another place for the virtual environment, ARGS what a target passes on.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
ARGS ?=
SOAK ?= 60
SITE ?= http://127.0.0.1:8000
PEERS ?=
EXAMPLES ?= 100
TEMPLATES = find templates -type f -name '*.html' -exec
COMPILE := $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --quiet

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-fast test-postgresql stack-test soak mirror-soak coverage lighthouse api-freeze api-examples api-fuzz lint format lock clean

help: ## List these targets
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP) ## Make the virtual environment with everything that development needs
	@:

# The stamp is a copy of the lock: a checkout that only renews the lock's time installs nothing. What the lock no longer
# names must go as well (Django prefers psycopg 3 wherever it finds it), hence a new environment and not an upgrade.
$(STAMP): requirements/dev.lock
	@if cmp -s $< $@; then touch $@; exit 0; fi; \
	set -e; \
	command -v $(PYTHON) >/dev/null || { \
		echo "$(PYTHON) was not found: install Python 3.11 or newer (Debian: apt install python3 python3-venv)," \
			"or name one: make setup PYTHON=python3.12" >&2; exit 1; }; \
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$(PYTHON) is $$($(PYTHON) --version 2>&1), and Python 3.11 or newer is needed:" \
			"name one, for example make setup PYTHON=python3.12" >&2; exit 1; }; \
	$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) has no venv module: install it (Debian: apt install python3-venv)" >&2; exit 1; }; \
	echo "Setting up $(VENV) with $$($(PYTHON) --version) (a minute or so, this once)"; \
	$(PYTHON) -m venv --clear $(VENV); \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<; \
	cp $< $@

demo: setup ## Run the site with the first note published (ARGS="--port 8001")
	@$(BIN)/python manage.py demo $(ARGS)

test: setup ## Run all tests, on SQLite and on a real PostgreSQL (ARGS="-k feed")
	@$(BIN)/python -m tests.run $(ARGS)

test-fast: setup ## Run tests on SQLite only, for the inner loop (ARGS="tests/meetings -k feed")
	@env -u DATABASE_URL $(BIN)/python -m pytest $(ARGS)

test-postgresql: setup ## Run tests on PostgreSQL only
	@$(BIN)/python -m tests.run --only postgresql $(ARGS)

stack-test: setup ## Run tests of the deployment only: its files, and the whole stack on loopback ports
	@env -u DATABASE_URL $(BIN)/python -m pytest tests/deployment $(ARGS)

soak: setup ## Kill publishers at every statement and at SOAK moments; many write and read for SOAK seconds (SOAK=600)
	@SOAK=$(SOAK) $(BIN)/python -m tests.run tests/atomicity $(ARGS)

mirror-soak: setup ## Let the example client follow a site for SOAK seconds on each database (SOAK=3600)
	@SOAK=$(SOAK) $(BIN)/python -m tests.run tests/atomicity/test_mirror.py $(ARGS)

bench: setup ## Requests a second beside a plain DRF site (PEERS="folder python", see tests/benchmarks/peers.py)
	@$(BIN)/python -m tests.postgres $(BIN)/python -m tests.benchmarks.peers $(PEERS) $(ARGS)

lighthouse: setup ## Judge one page of each kind of a running demo (SITE=http://127.0.0.1:8000; needs Node.js, Chromium)
	@test -e .tools/lighthouse || \
		npm install --prefix .tools/lighthouse --no-save --no-audit --no-fund --ignore-scripts lighthouse@12
	@DJANGO_SETTINGS_MODULE=council.settings DATABASE_URL=sqlite://:memory: $(BIN)/python -m tests.lighthouse $(SITE)

coverage: setup ## Run all tests on SQLite and list the lines that none reached
	@$(BIN)/python -m tests.run --only sqlite --cov --cov-report=term-missing:skip-covered $(ARGS)

api-freeze: setup ## On a release: promise programs what the API's description says today (what would break them is refused)
	@DATABASE_URL=sqlite://:memory: $(BIN)/python -m tests.council.api.frozen

api-examples: setup ## Renew the examples in the API's description from what the API answers
	@API_EXAMPLES=renew $(BIN)/python -m pytest tests/council/api/test_examples.py --quiet

api-fuzz: setup ## schemathesis against a live server on both databases, EXAMPLES of each operation (EXAMPLES=1000)
	@EXAMPLES=$(EXAMPLES) $(BIN)/python -m tests.run tests/council/api/test_fuzzing.py $(ARGS)

lint: setup ## Check style, types, templates, layers, dependencies and migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(TEMPLATES) $(BIN)/djade --target-version 5.2 --check {} +
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	DATABASE_URL=sqlite://:memory: $(BIN)/python -W error manage.py makemigrations --check --dry-run
	DATABASE_URL=sqlite://:memory: $(BIN)/python -W error manage.py check --fail-level WARNING

format: setup ## Put code and templates into the common style
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .
	-$(TEMPLATES) $(BIN)/djade --target-version 5.2 {} +

lock: setup ## Renew requirements/*.lock from pyproject.toml (ARGS="--upgrade" for newer versions)
	$(COMPILE) $(ARGS) --output-file requirements/base.lock
	$(COMPILE) $(ARGS) --group dev --constraints requirements/base.lock --output-file requirements/dev.lock

clean: ## Remove what setup, tests and linters made (the demo's var/ stays)
	rm -rf $(VENV) .tools .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
