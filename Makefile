# Every target does its own set-up: `make demo` and `make test` are enough on a fresh machine with Python 3.11+.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
DISCORDJS := tests/sandbox/discordjs

# What is killed in all, and in a simulation in each of its seeds.
KILLS ?= $(if $(filter simulate,$(MAKECMDGOALS)),100,500)
SEEDS ?= 100
# Stories mostly wait: for a vendor, for a Discord, for a bot that starts.
SIDE_BY_SIDE := -n 4 --dist worksteal

.PHONY: help demo test check chaos simulate bench run doctor clean

help:
	@echo "make demo     the main job on this machine: a Discord, a MuleRun and the real bot (ONCE=1 ends by itself)"
	@echo "make test     the tests"
	@echo "make check    lint, types and tests"
	@echo "make chaos    kill the bot at random and at every named step, and judge what was charged and said (KILLS=500)"
	@echo "make simulate  the same in one process on a virtual clock, thousands of kills (SEEDS=100 KILLS=100 SEED=…; PLANTS=1)"
	@echo "make bench    figures beside a plain bot, last line JSON (ONLY=lag for one section, QUICK=1 to see that it runs)"
	@echo "make run      the bot, with the settings of .env"
	@echo "make doctor   check the settings of .env and print the invite link"

demo: $(VENV)/bot
	$(RUN) -m sandbox.demo $(if $(ONCE),--once)

test: $(VENV)/dev $(DISCORDJS)/node_modules
	$(RUN) -m pytest $(SIDE_BY_SIDE)

check: $(VENV)/dev $(DISCORDJS)/node_modules
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(RUN) -m pytest $(SIDE_BY_SIDE)

chaos: $(VENV)/bot
	$(RUN) -m benchmarks.chaos --kills $(KILLS)

simulate: $(VENV)/bot
	$(RUN) -m benchmarks.simulation $(if $(PLANTS),--plants,--seeds $(SEEDS) --kills $(KILLS) $(if $(SEED),--seed $(SEED)))

bench: $(VENV)/dev
	$(RUN) -m benchmarks.bench $(if $(QUICK),--quick) $(foreach section,$(ONLY),--only $(section))

run: $(VENV)/bot
	$(RUN) -m bot

doctor: $(VENV)/bot
	$(RUN) -m bot doctor

$(VENV)/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Dailies needs Python 3.11 or newer: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/bot: $(VENV)/python requirements.txt
	$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/dev: $(VENV)/python requirements.txt requirements-dev.txt
	$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ $(VENV)/bot

# Another client library for one of the tests, which is skipped where there is no Node.
$(DISCORDJS)/node_modules: $(DISCORDJS)/package-lock.json
	@if command -v npm > /dev/null; then cd $(DISCORDJS) && npm ci --silent && touch node_modules; fi || \
		echo "discord.js cannot be installed: its test is skipped"

clean:
	rm -rf $(VENV) $(DISCORDJS)/node_modules demo-output
