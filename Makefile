VENV := .venv
.DELETE_ON_ERROR:

# From the environment, so that it holds for build backends too.
PIP_INSTALL := PIP_CONSTRAINT=$(CURDIR)/constraints.txt $(VENV)/bin/pip install --quiet
SOURCES := $(wildcard pyproject.toml */pyproject.toml plugins/*/pyproject.toml) $(shell find plugin-sdk core server plugins -name '*.py')

# pyenv answers to python3.12 only where that version was asked for: ask for all that fit.
FOUND_BY_PYENV := $(shell pyenv versions --bare 2>/dev/null | grep -E '^3\.1[123]\.[0-9]+$$' | paste -sd:)
ifneq ($(FOUND_BY_PYENV),)
export PYENV_VERSION ?= $(FOUND_BY_PYENV)
endif

.PHONY: help run serve test faults bench bench-catalogue bench-plugins docs constraints clean

help:
	@echo "make run            prepare an environment in $(VENV) and extract samples/"
	@echo "make serve          the same, and serve a page that takes files and shows their records"
	@echo "make test           prepare what the tests need and run all of them"
	@echo "make faults         test the faults that it survives, and print the table of them"
	@echo "make bench FILES=DIR  measure the reading of files beside other programs"
	@echo "make bench-catalogue  ask a million records, with each index and without"
	@echo "make bench-plugins  measure start-up with 491 plugins beside other plugin managers"
	@echo "make docs           write the pages that are made from the sources"
	@echo "make constraints    choose the newest versions of everything for CI"
	@echo "make clean          delete what the others made"

run: $(VENV)/installed
	$(VENV)/bin/metaextract extract samples/
	@echo
	@echo "Now your own files:  $(VENV)/bin/metaextract extract MYFILES"
	@echo "or, for short:       . $(VENV)/bin/activate; metaextract extract MYFILES"

serve: $(VENV)/installed
	$(VENV)/bin/metaextract serve

test: $(VENV)/tox-installed
	$(VENV)/bin/tox run

faults: $(VENV)/tox-installed
	$(VENV)/bin/tox run -e faults

docs: $(VENV)/installed
	$(VENV)/bin/python -m tools.generate_docs

bench: $(VENV)/installed
	$(VENV)/bin/python -m tests.benchmarks.whole_process $(FILES) \
	    --output tests/benchmarks/results/whole_process.json
	$(VENV)/bin/python -m tests.benchmarks.peers $(FILES) \
	    --output tests/benchmarks/results/peers.json
	$(VENV)/bin/python -m tools.generate_docs

FILES ?= $(or $(METAEXTRACT_CORPORA),../shared/corpora)

bench-catalogue: $(VENV)/installed
	$(PIP_INSTALL) --editable 'core[postgresql]' pytest
	$(VENV)/bin/python -m tests.benchmarks.catalogue \
	    --output tests/benchmarks/results/catalogue.json
	$(VENV)/bin/python -m tools.generate_docs

bench-plugins: $(VENV)/installed
	$(VENV)/bin/python -m tests.benchmarks.plugins --output tests/benchmarks/results/plugins.json

constraints: $(VENV)/tox-installed
	$(VENV)/bin/uv lock --quiet --upgrade
	$(VENV)/bin/uv export --quiet --frozen --all-extras --all-groups --no-emit-workspace \
	    --no-hashes --no-header --no-annotate --output-file constraints.txt

clean:
	rm -rf $(VENV) .tox

$(VENV)/pyvenv.cfg:
	tools/make-venv $(VENV)

$(VENV)/installed: $(VENV)/pyvenv.cfg constraints.txt $(SOURCES)
	$(PIP_INSTALL) --editable .
	@touch $@

# Tests start servers of their own; without the programs they say that they were skipped.
$(VENV)/tox-installed: $(VENV)/pyvenv.cfg constraints.txt
	command -v redis-server >/dev/null || tools/apt-install redis-server || true
	command -v chromedriver >/dev/null || tools/apt-install chromium chromium-driver || true
	ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || tools/apt-install postgresql || true
	$(PIP_INSTALL) tox tox-uv
	@touch $@
