# make demo: the daily run on a made-up tenant and a real PostgreSQL, nothing else needed
# make test: everything that must hold
# make docs: refresh what README.md and meltano.yml say about streams and settings
# make lock: pin the newest versions that pyproject.toml allows

PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test check docs lock clean

demo: .venv/installed
	@$(BIN)/python -m sandbox demo

test: check
	@$(BIN)/pytest

check: .venv/installed
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

docs: .venv/installed
	@$(BIN)/cog -r README.md meltano.yml

lock: .venv/installed
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url \
		--python-version 3.10 --extra dev --output-file requirements.lock pyproject.toml

clean:
	rm -rf .venv .meltano .sandbox output

# Pinned with hashes; then the project itself, which brings nothing more.
.venv/installed: requirements.lock pyproject.toml
	@echo "Setting up .venv (about a minute, once)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@
