# make demo, make test: everything runs in .venv, made once from requirements.lock by install.py. A
# changed lock brings .venv up to date; the stamp lies inside, so that removing .venv removes it too.
# Offline: put the wheels into a folder wheelhouse/ (see README). Another Python: PYTHON=python3.12
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(BIN)/python -m
LOCK := requirements.lock
STAMP := $(VENV)/lock-$(shell cksum < $(LOCK) | cut -d' ' -f1)
UV := $(shell command -v uv 2>/dev/null)
ADD := $(if $(UV),$(UV) pip install --quiet --python $(BIN)/python,$(RUN) pip install --quiet \
	--disable-pip-version-check)

.PHONY: demo test app lint bench docs lock clean venv-module browser clients
.NOTPARALLEL:

demo: $(STAMP)
	@$(RUN) gridmap demo

# The tests alone add something to the machine, and only where they may: Debian's venv module (as
# root), a browser and a Chinese font, and the clients that read our files. The engine is compiled, on one core, while the other checks.
test: venv-module $(STAMP)
	@$(RUN) gridmap.warm >/dev/null & compiler=$$!; \
		$(MAKE) --no-print-directory browser clients lint && wait $$compiler
	$(RUN) pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

venv-module:
	@[ "$(PYTHON)" != python3 ] || $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		! command -v apt-get >/dev/null || [ "$$(id -u)" -ne 0 ] || \
		{ echo "Adding Debian's package python3-venv ..." && apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
		python3-venv >/dev/null; }

browser: $(STAMP)
	@$(BIN)/python tests/support/machine.py

# Programs of other makers that read our files: GDAL, PostGIS, DuckDB, mapshaper and others.
clients: $(STAMP)
	@$(RUN) tests.support.clients.programs

app: $(STAMP)
	@$(RUN) gridmap app

lint: $(STAMP)
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy

bench: $(VENV)/bench-$(notdir $(STAMP))
	$(RUN) benchmarks
	$(RUN) benchmarks.ground
	$(RUN) benchmarks.boundaries

# The guides, the pages' pictures and the Python API as one site that opens without a network.
docs: $(VENV)/docs-$(notdir $(STAMP))
	@$(BIN)/python docs/site/build_site.py

$(STAMP):
	@command -v $(PYTHON) >/dev/null || { echo "gridmap needs Python 3.11 or newer, and there is \
	no '$(PYTHON)' here. Install it, or name yours: make demo PYTHON=python3.12" >&2; exit 1; }
	@rm -f $(VENV)/lock-* $(VENV)/bench-* $(VENV)/docs-*
	@$(PYTHON) install.py --venv $(VENV) $(if $(filter test,$(MAKECMDGOALS)),--no-compile)
	@touch $@

$(VENV)/bench-$(notdir $(STAMP)): $(STAMP) benchmarks/requirements.txt
	@echo "Adding the partitioners that the benchmark compares with ..."
	@$(ADD) -r benchmarks/requirements.txt
	@touch $@

$(VENV)/docs-$(notdir $(STAMP)): $(STAMP) docs/site/requirements.txt
	@echo "Adding the tools that build the documentation ..."
	@$(ADD) -r docs/site/requirements.txt
	@touch $@

# Needs uv on the PATH; writes no address of any index into the file.
lock:
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-annotate --no-header -o $(LOCK)

clean:
	rm -rf $(VENV) out build *.egg-info
