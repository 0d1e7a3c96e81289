# make demo: the daily run on a made-up tenant and a real PostgreSQL, nothing else needed; WAREHOUSE=duckdb: into one file
# make pages: the pages on http://127.0.0.1:8501, of the last demo or of the warehouse that the loader's settings name
# make check: formatting, lint, types, import contracts, lock files, workflows and prose
# make test: that, and the quick tests (under three minutes on two idle cores)
# make test-all: that, and all tests; COVERAGE=1 measures what they reach, which takes a third longer
# make dist: build the sdist and the wheel into dist/ and check them; RELEASE=1 for an upload (docs/release.md)
# make stress: two hundred pairs of runs that race for the refresh token and are killed
# make reliability: a thousand runs with faults and a hundred kills; writes docs/reliability.md (an hour)
# make soak: the same for hours, and days in any order, from another seed each time
# make bench: what it costs and how fast it is, beside yardsticks; writes docs/performance.md (some twenty minutes)
# make loaders: three days through each of the loaders in tests/loaders; writes docs/loaders.md (some ten minutes)
# make airflow: two hundred imitated tenants by a real Airflow; writes docs/tenants.md (half an hour; TENANTS=40: a fifth)
# make mutants: break promises on purpose, one by one, and see that a test notices each (about 4 minutes)
# make lowest: the quick tests with the oldest packages that pyproject.toml allows
# make audit: known vulnerabilities among the pinned packages
# make docs: refresh what README.md, docs/, meltano.yml, hub/ and the seed of streams say about streams and settings
# make picture: run the demo and draw docs/demo.svg from what it prints
# make seeds: make the seeds of Microsoft's facts anew from files: FACTS=folder AS_OF=2026-08-20
# make site: build the documentation site into site/, for any web server or for a browser alone
# make screenshots: draw docs/screenshots/ from the pages of the last demo
# make lock: pin the newest versions that pyproject.toml allows

PYTHON ?= python3
BIN := .venv/bin
SITE ?= site
QUIETLY := --quiet --disable-pip-version-check
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url \
	--python-version 3.10

.PHONY: demo pages test test-all check sql forge dist lowest stress reliability soak bench loaders airflow mutants audit docs picture screenshots seeds site lock clean

demo: .venv/installed
	@$(BIN)/python -m sandbox demo --warehouse $(or $(WAREHOUSE),postgres)

# The loader's settings name another warehouse than the demo's.
pages: .venv/installed .venv/pages/installed
	@if [ -n "$$TARGET_POSTGRES_SQLALCHEMY_URL$$TARGET_POSTGRES_DATABASE$$TARGET_DUCKDB_FILEPATH" ]; then \
		exec .venv/pages/bin/python -m pages; \
	elif [ -f .sandbox/demo/warehouse.duckdb ]; then \
		TARGET_DUCKDB_FILEPATH=.sandbox/demo/warehouse.duckdb exec .venv/pages/bin/python -m pages; \
	elif [ -d .sandbox/demo/postgres ]; then \
		exec $(BIN)/python -m sandbox run --state-dir .sandbox/demo -- .venv/pages/bin/python -m pages; \
	else echo "There is nothing to show yet. Run make demo first, or set TARGET_POSTGRES_SQLALCHEMY_URL or TARGET_DUCKDB_FILEPATH."; exit 1; fi

# Marked tests keep to a process by groups: they share a database, or what dbt has built.
BEGAN := $(shell date +%s)
PYTEST := $(BIN)/pytest -n auto --maxprocesses 4 --dist loadgroup

test: check
	@$(PYTEST) -m "not slow and not e2e"
	@echo "All quick tests pass after $$(($$(date +%s) - $(BEGAN))) seconds. make test-all has the others."

# Tests of real programs can be late on a busy machine: what fails is tried once more, alone. What is broken fails again.
# Coverage below the floor in pyproject.toml is a failure. A forge shows the table on the page of the run.
test-all: check
	@$(PYTEST) $(if $(COVERAGE),--cov --cov-report=term) \
		|| { echo "Some tests fail. Once more, one after the other:"; $(BIN)/pytest --last-failed --last-failed-no-failures none; }
	@if [ -n "$(COVERAGE)" ] && [ -n "$$GITHUB_STEP_SUMMARY" ]; then \
		$(BIN)/coverage report --format=markdown >>"$$GITHUB_STEP_SUMMARY"; fi
	@echo "All tests pass after $$(($$(date +%s) - $(BEGAN))) seconds."

# Only the SQL that differs from the main branch: sqlfluff is slow, and make test-all lints all of it.
CHANGED_SQL := $(shell git diff --name-only --diff-filter=d $$(git merge-base HEAD main 2>/dev/null || echo HEAD) \
	-- 'transform/entra/models/*.sql' 2>/dev/null)

check: .venv/installed forge $(if $(CHANGED_SQL),sql)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m tests.assertions
	@$(BIN)/python -m tests.locks
	@$(BIN)/python -m tests.prose

sql: .venv/installed
	@cd transform/entra && "$$(../../$(BIN)/python ../../tests/environments.py dbt requirements-transform.lock)/sqlfluff" \
		lint --processes 0 $(or $(patsubst transform/entra/%,%,$(CHANGED_SQL)),models)

# What a forge runs cannot be run here; its schemas and a linter can.
forge: .venv/installed
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/[!c]*.yml
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.compose-spec container/compose.yml
	@$(BIN)/zizmor --quiet --offline --pedantic .github

dist: .venv/installed
	@$(BIN)/python -m tests.packaging $(if $(RELEASE),--release)

stress: .venv/installed
	@$(BIN)/python -m tests.auth.stress

reliability: .venv/installed
	@$(BIN)/python -m tests.reliability --keep

soak: .venv/installed
	@$(BIN)/python -m tests.reliability --runs 12000 --kills 500 --lives 600 --seed $$(date +%y%j%H)

bench: .venv/installed
	@$(BIN)/python -m tests.benchmarks

loaders: .venv/installed
	@$(BIN)/python -m tests.loaders

airflow: .venv/installed
	@$(BIN)/python -m tests.tenants $(TENANTS)

mutants: .venv/installed
	@$(BIN)/python -m tests.mutations

lowest: .venv/lowest/installed
	@.venv/lowest/bin/pytest -n auto --maxprocesses 4 --dist loadgroup -m "not slow and not e2e"

# With IF_REACHABLE=1 it passes, and says so, if no source of advisories can be reached.
audit: .venv/audit/installed
	@$(BIN)/python -m tests.audit $(if $(IF_REACHABLE),--if-reachable)

docs: .venv/installed
	@$(BIN)/cog -r README.md docs/facts.md docs/settings.md docs/streams.md meltano.yml
	@$(BIN)/python docs/tables.py
	@$(BIN)/python docs/plugin_definition.py

# With Chromium, from the warehouse of the last demo.
screenshots: .venv/installed .venv/pages/installed
	@$(BIN)/python -m sandbox run --state-dir .sandbox/demo -- $(BIN)/python -m tests.pages.screenshots

picture: .venv/installed
	@$(BIN)/python -m sandbox demo | $(BIN)/python docs/picture.py

seeds: .venv/installed
	@$(BIN)/python transform/refresh_seeds.py $(FACTS) --as-of $(AS_OF) $(if $(REMOVE),--remove)

# Strict: a link, an anchor or a page that leads nowhere is an error.
site: .venv/site/installed
	@rm -rf $(SITE)
	@.venv/site/bin/sphinx-build --quiet --fail-on-warning --fresh-env --builder html docs $(SITE)

lock: .venv/installed
	@$(COMPILE) --extra dev --output-file requirements.lock pyproject.toml
	@$(COMPILE) --resolution lowest-direct --output-file requirements-lowest.lock pyproject.toml
	@$(COMPILE) --extra models --output-file requirements-models.lock pyproject.toml
	@$(COMPILE) --extra transform --output-file requirements-transform.lock pyproject.toml
	@$(COMPILE) --extra duckdb --output-file requirements-duckdb.lock pyproject.toml
	@$(subst 3.10,3.11,$(COMPILE)) --extra pages --output-file requirements-pages.lock pyproject.toml
	@$(COMPILE) --extra notify --output-file requirements-notify.lock pyproject.toml
	@$(COMPILE) --extra image --output-file requirements-image.lock pyproject.toml
	@echo "meltanolabs-target-postgres==0.8.1" | $(COMPILE) --extra batch --output-file requirements-batch.lock pyproject.toml -
	@echo "yacron>=0.19" | $(COMPILE) --output-file requirements-scheduler.lock -
	@printf 'uv\nhatchling>=1.27\nhatch-vcs>=0.5\neditables>=0.5\n' | $(COMPILE) --output-file requirements-setup.lock -
	@printf 'apache-airflow-core~=3.3.2\napache-airflow-providers-standard\nasyncpg\npsycopg2-binary\n' \
		| $(COMPILE) --output-file requirements-airflow.lock -
	@echo "kubernetes-validate>=1.37" | $(COMPILE) --output-file requirements-kubernetes.lock -
	@echo "axe-playwright-python>=0.1.8" | $(COMPILE) --output-file requirements-axe.lock -
	@echo "pip-audit>=2.10" | $(COMPILE) --output-file requirements-audit.lock -
	@printf "pipx>=1.8\ntwine>=6.1\n" | $(COMPILE) --output-file requirements-release.lock -
	@printf "furo\nmermaidx>=0.10\nmyst-parser\nsphinx>=8\n" | $(COMPILE) --output-file requirements-site.lock -

clean:
	rm -rf .venv .meltano .sandbox output site

# Pinned with hashes; then the project itself, which brings nothing more. uv does in seconds what takes pip minutes; where
# only pip knows the way to a registry, pip does it.
.venv/installed: requirements-setup.lock requirements.lock pyproject.toml
	@echo "Setting up .venv (once)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install $(QUIETLY) --require-hashes -r requirements-setup.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock \
		|| $(BIN)/pip install $(QUIETLY) --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable . \
		|| $(BIN)/pip install $(QUIETLY) --no-deps --no-build-isolation --editable .
	@touch $@

# The development packages, and over them the oldest of those that the tap itself needs.
.venv/lowest/installed: .venv/installed requirements-lowest.lock
	@$(PYTHON) -m venv .venv/lowest
	@for lock in requirements-setup.lock requirements.lock requirements-lowest.lock; do \
		$(BIN)/uv pip install --quiet --python .venv/lowest/bin/python --require-hashes -r $$lock \
			|| .venv/lowest/bin/pip install $(QUIETLY) --require-hashes -r $$lock || exit 1; \
	done
	@.venv/lowest/bin/pip install $(QUIETLY) --no-deps --no-build-isolation --editable .
	@touch $@

# Apart: what looks after the packages should not choose their versions.
.venv/audit/installed: .venv/installed requirements-audit.lock
	@$(PYTHON) -m venv .venv/audit
	@$(BIN)/uv pip install --quiet --python .venv/audit/bin/python --require-hashes -r requirements-audit.lock \
		|| .venv/audit/bin/pip install $(QUIETLY) --require-hashes -r requirements-audit.lock
	@touch $@

# Apart: the site's tools should not choose the versions of the tap's packages.
.venv/site/installed: .venv/installed requirements-site.lock
	@$(PYTHON) -m venv .venv/site
	@$(BIN)/uv pip install --quiet --python .venv/site/bin/python --require-hashes -r requirements-site.lock \
		|| .venv/site/bin/pip install $(QUIETLY) --require-hashes -r requirements-site.lock
	@touch $@

# Apart: Meltano gives the pages an environment of their own, too.
.venv/pages/installed: .venv/installed requirements-pages.lock
	@echo "Setting up .venv/pages (once)"
	@$(PYTHON) -m venv .venv/pages
	@$(BIN)/uv pip install --quiet --python .venv/pages/bin/python --require-hashes -r requirements-pages.lock \
		|| .venv/pages/bin/pip install $(QUIETLY) --require-hashes -r requirements-pages.lock
	@touch $@
