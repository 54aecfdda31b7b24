# Two commands to a running house: `make run` to look at it, `make test` to be sure of it.
# Needs Python 3.11 or newer, make and git; everything else is fetched, by the hashes locked here.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

HOST ?= 127.0.0.1
PORT ?= 8000
JOBS ?= 2
PYTHON ?= $(shell for each in python3 python3.11 python3.12 python3.13 python3.14; do \
	"$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$each" && break; done)
BIN := .venv/bin
UV := $(BIN)/uv pip install --quiet --python $(BIN)/python
REGISTRY := $(BIN)/registry
say = @printf '\033[1m%s\033[0m\n' "$(1)"

.PHONY: help run demo test check fix bench lock clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

run: .venv/.app registry/static/vendor/.assets ## Serve the demo clinics on http://127.0.0.1:8000 (PORT=8001 for another)
	$(call say,Bringing the database up to date ...)
	@$(REGISTRY) migrate up --development
	@$(REGISTRY) demo --if-empty --development
	@REGISTRY_BASE_URL=http://$(HOST):$(PORT) exec $(REGISTRY) serve --development --host $(HOST) --port $(PORT)

demo: .venv/.app ## Fill an empty database with the demo clinics
	@$(REGISTRY) migrate up --development
	@$(REGISTRY) demo --development

test: .venv/.test registry/static/vendor/.assets ## Run every test: both databases, a real browser
	@sh scripts/browser.sh
	$(call say,Running the tests on SQLite and PostgreSQL ...)
	@$(BIN)/pytest -n $(JOBS) --dist worksteal

check: .venv/.test ## Format, lint, strict types, import contracts
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

fix: .venv/.test ## Put in order what a machine can: format, imports, the map in README.md
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .
	@$(BIN)/python scripts/draw_map.py

bench: .venv/.test ## Measure against bare references, on both databases; prints ratios
	@$(BIN)/python -m tests.benchmarks

lock: .venv/.uv ## Choose versions anew and lock them with their hashes
	@sh scripts/lock.sh

clean: ## Take away what was built and fetched; what is on record (instance/) stays
	rm -rf .venv node_modules registry/static/vendor .pytest_cache .mypy_cache .ruff_cache \
		.import_linter_cache .hypothesis .benchmarks
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.uv: requirements/bootstrap.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; none was found."; exit 1; }
	$(call say,Making the virtual environment ...)
	@"$(PYTHON)" -m venv .venv || { echo "The venv module is missing (on Debian: apt install python3-venv)."; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.venv/.app: requirements/ocr.txt pyproject.toml .venv/.uv
	$(call say,Installing what the registry stands on ...)
	@$(UV) --require-hashes -r $<
	@$(UV) --no-deps --editable .
	@touch $@

.venv/.test: requirements/test.txt pyproject.toml .venv/.uv
	$(call say,Installing what the tests stand on ...)
	@$(UV) --require-hashes -r $<
	@$(UV) --no-deps --editable .
	@touch $@ .venv/.app

registry/static/vendor/.assets: package-lock.json .npmrc scripts/assets.sh .venv/.uv
	$(call say,Fetching styles and scripts ...)
	@sh scripts/assets.sh
	@touch $@
