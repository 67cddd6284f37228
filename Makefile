# `make` lists the targets. You only need Python 3.11 or newer with its venv module.
# PYTHON sets another interpreter, VENV another folder for the virtual environment, ARGS the arguments of a target.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
ARGS ?=
SOAK ?= 60
SITE ?= http://127.0.0.1:8000
PEERS ?=
EXAMPLES ?= 100
MUTANTS ?= 200
TEMPLATES = find templates -type f -name '*.html' -exec
COMPILE := $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --quiet

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-fast test-postgresql stack-test soak mirror-soak coverage mutation bench lighthouse pictures api-freeze api-examples api-fuzz lint format lock clean

help: ## List these targets
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP) ## Create the virtual environment with all development packages
	@:

# The stamp is a copy of the lock file: if a checkout only changes the lock file's time, nothing is installed. Packages
# that the lock file no longer lists must be removed (Django uses psycopg 3 if it finds it), so we create a new
# environment instead of upgrading.
$(STAMP): requirements/dev.lock
	@if cmp -s $< $@; then touch $@; exit 0; fi; \
	set -e; \
	command -v $(PYTHON) >/dev/null || { \
		echo "$(PYTHON) was not found. Install Python 3.11 or newer (Debian: apt install python3 python3-venv)," \
			"or choose one: make setup PYTHON=python3.12" >&2; exit 1; }; \
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$(PYTHON) is $$($(PYTHON) --version 2>&1), but you need Python 3.11 or newer." \
			"Choose one, for example: make setup PYTHON=python3.12" >&2; exit 1; }; \
	$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) has no venv module. Install it (Debian: apt install python3-venv)." >&2; exit 1; }; \
	echo "Creating $(VENV) with $$($(PYTHON) --version). This takes about a minute."; \
	$(PYTHON) -m venv --clear $(VENV); \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<; \
	cp $< $@

demo: setup ## Run the site with a real note and sample meetings (ARGS="--port 8001")
	@$(BIN)/python manage.py demo $(ARGS)

test: setup ## Run all tests on SQLite and PostgreSQL (ARGS="-k feed")
	@$(BIN)/python -m tests.run $(ARGS)

test-fast: setup ## Run tests on SQLite only, while you develop (ARGS="tests/meetings -k feed")
	@env -u DATABASE_URL $(BIN)/python -m pytest $(ARGS)

test-postgresql: setup ## Run tests on PostgreSQL only
	@$(BIN)/python -m tests.run --only postgresql $(ARGS)

stack-test: setup ## Run only the tests of the deployment: its files, and the whole stack on loopback ports
	@env -u DATABASE_URL $(BIN)/python -m pytest tests/deployment $(ARGS)

soak: setup ## Kill, write, read and compare SOAK times or for SOAK seconds, and try random examples (SOAK=600)
	@SOAK=$(SOAK) $(BIN)/python -m tests.run tests/atomicity tests/deployment/test_moved_clock.py \
		tests/council/response_cache/test_walk.py tests/council/api/test_compatibility.py tests/council/demo $(ARGS)
	@SOAK=$(SOAK) $(BIN)/python -m tests.run --only sqlite -m hypothesis $(ARGS)

mirror-soak: setup ## Run the example client against a site for SOAK seconds on each database (SOAK=3600)
	@SOAK=$(SOAK) $(BIN)/python -m tests.run tests/atomicity/test_mirror.py $(ARGS)

mutation: setup ## Remove rules of core and database, MUTANTS of each at random (0: all), and list those that no test notices
	@env -u DATABASE_URL $(BIN)/python -m pytest -q -p no:cacheprovider -p tests.mutation.run --mutants $(MUTANTS) \
		--mutate meetings/editions --mutate meetings/access --mutate agenda/workflow \
		tests/meetings/editions tests/meetings/access tests/agenda/workflow tests/agenda/mail tests/agenda/admin \
		tests/meetings/admin tests/meetings/api/test_changes.py tests/agenda/editor/test_images.py tests/agenda/editor/test_note_editor.py \
		tests/agenda/bulk/test_bulk_writer.py tests/agenda/site/test_files.py \
		tests/agenda/site/test_delegations.py tests/agenda/documents/test_working_copy.py \
		tests/agenda/management/test_commands.py tests/agenda/dashboard $(ARGS)
	@$(BIN)/python -m tests.run --only postgresql -n 0 -q -p no:cacheprovider -p tests.mutation.run --mutants $(MUTANTS) \
		--tests-per-mutant 250 --mutate meetings/database tests/meetings/database tests/meetings/editions/test_editions.py \
		tests/agenda/bulk/test_bulk_writer.py tests/agenda/search/test_public_role.py \
		tests/council/middleware/test_statement_timeout.py $(ARGS)

bench: setup ## Compare requests with other sites and nginx, and the note editor with Wagtail's (PEERS="folder python", see docs/extending.md)
	@$(BIN)/python -m tests.postgres $(BIN)/python manage.py compare_peers $(PEERS) $(ARGS)

lighthouse: setup ## Run Lighthouse on each kind of page of a running demo (SITE=http://127.0.0.1:8000; needs Node.js, Chromium)
	@test -e .tools/lighthouse || \
		npm install --prefix .tools/lighthouse --no-save --no-audit --no-fund --ignore-scripts lighthouse@12
	@DJANGO_SETTINGS_MODULE=council.settings DATABASE_URL=sqlite://:memory: $(BIN)/python -m tests.lighthouse $(SITE)

coverage: setup ## Run all tests on SQLite and list the lines that no test reached
	@$(BIN)/python -m tests.run --only sqlite --cov --cov-report=term-missing:skip-covered $(ARGS)

pictures: setup ## Take the pictures of the README and of docs/editors.md again, in Chromium
	@PICTURES=docs/img $(BIN)/python -m pytest tests/browser/test_pictures.py --quiet

api-freeze: setup ## Freeze the API's description at a release, so that later changes cannot break programs
	@DATABASE_URL=sqlite://:memory: $(BIN)/python -m tests.council.api.frozen

api-examples: setup ## Update the examples in the API's description with the API's own answers
	@API_EXAMPLES=renew $(BIN)/python -m pytest tests/council/api/test_examples.py --quiet

api-fuzz: setup ## Run schemathesis on both databases, with EXAMPLES requests for each operation (EXAMPLES=1000)
	@EXAMPLES=$(EXAMPLES) $(BIN)/python -m tests.run tests/council/api/test_fuzzing.py $(ARGS)

lint: setup ## Check style, types, templates, layers, dependencies, migrations and the settings for deployment
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(TEMPLATES) $(BIN)/djade --target-version 5.2 --check {} +
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	DATABASE_URL=sqlite://:memory: $(BIN)/python -W error manage.py makemigrations --check --dry-run
	DATABASE_URL=sqlite://:memory: $(BIN)/python -W error manage.py check --fail-level WARNING
	SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))') DATABASE_URL=sqlite://:memory: \
		ALLOWED_HOSTS=example.eu,desk.example.eu EDITORS_HOST=desk.example.eu SITE_CONTACT=press@example.eu \
		$(BIN)/python manage.py check --deploy --fail-level WARNING

format: setup ## Format code and templates
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .
	-$(TEMPLATES) $(BIN)/djade --target-version 5.2 {} +

lock: setup ## Update requirements/*.lock from pyproject.toml (ARGS="--upgrade" for newer versions)
	$(COMPILE) $(ARGS) --output-file requirements/base.lock
	$(COMPILE) $(ARGS) --group dev --constraints requirements/base.lock --output-file requirements/dev.lock

clean: ## Remove the files of setup, tests and linters (keeps the demo's var/)
	rm -rf $(VENV) .tools .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
