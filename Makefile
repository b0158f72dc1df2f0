# Needs GNU make and Python 3.11, nothing else. `make run` starts Amparo; CONTRIBUTING.md says what the others are for.
PYTHON := $(shell for name in python3.11 python3 python; do \
	if $$name -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then echo $$name; break; fi; done)
VENV := .venv/bin
RUN := $(VENV)/python -m
unexport MAKEFLAGS
.PHONY: run install test test-backend test-browser test-faults check bench fix messages assets

run: install
	@exec $(RUN) config.launcher run

install:
	@test -n "$(PYTHON)" || { echo "Amparo needs Python 3.11: install it so that python3.11 is found, then try again." >&2; exit 1; }
	@$(PYTHON) config/launcher/install.py

test: test-backend test-browser test-faults

test-backend: install
	$(RUN) pytest -q --ignore=tests/browser --ignore=tests/faults tests

# A process of their own each: the browser's loop and the ORM do not share a thread, and faults kill servers.
test-browser: install
	$(if $(wildcard tests/browser/test_*.py),$(RUN) pytest -q tests/browser,@echo "no browser tests yet")

test-faults: install
	$(if $(wildcard tests/faults/test_*.py),$(RUN) pytest -q tests/faults,@echo "no fault tests yet")

check: install
	$(VENV)/ruff check .
	$(RUN) config.launcher dry-env -- $(VENV)/mypy
	$(VENV)/lint-imports
	$(RUN) config.launcher bench-env -- $(VENV)/python manage.py makemigrations --check --dry-run
	$(RUN) config.catalogues --check
	$(VENV)/djade --check --target-version 5.2 $$(find templates -name '*.html')
	$(VENV)/pip-licenses --partial-match --fail-on="GNU General Public;Affero;AGPL"

bench: install
	$(RUN) benchmarks

fix: install
	$(VENV)/ruff check --fix .
	$(VENV)/ruff format .
	$(VENV)/djade --target-version 5.2 $$(find templates -name '*.html')

# Compiles locale/*/LC_MESSAGES/django.po without the system's gettext; the results are committed.
messages: install
	$(RUN) config.catalogues

# Joins and shrinks assets/ into static/; the results are committed, so nobody needs this to run the product.
assets: install
	$(VENV)/python assets/build.py
