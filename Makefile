# Thin aliases: everything is done by run.py, which needs nothing but Python 3.11 or newer.
# Options go through ARGS:  make reports ARGS="--region 370400 --lang en"

PYTHON ?= python3
VERBS := reports test test-slow demo lab check bench refresh lint setup lock

.PHONY: help $(VERBS) clean

help:
	@$(PYTHON) run.py --help
	@echo "  clean     remove .venv and what was built"

$(VERBS):
	@$(PYTHON) run.py $@ $(ARGS)

clean:
	rm -rf .venv .venv-lock .venv-sdmx .venv.lock .halfsky .pytest_cache .ruff_cache .hypothesis
	[ ! -d reports ] || find reports -mindepth 1 ! -name README.md -delete
