# The door to Schoolbridge: `make up` runs it, `make test` proves it, `make help` lists the rest.

.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON ?= python3
VENV := .venv
STAMP := $(VENV)/.made-from
RUN := PYTHONPATH=. $(VENV)/bin/python

# Docker Compose where an engine answers, unless STACK=local; processes of this machine otherwise.
STACK ?= $(shell docker info >/dev/null 2>&1 && echo compose || echo local)

.PHONY: help env up down reset status logs restart clock reindex recount data test check format bench generate requirements

help: ## list what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort -u -t: -k1,1 | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

env: $(STAMP) ## make .venv from the pinned requirements

$(STAMP): requirements/dev.txt
	@echo "  installing the Python packages into $(VENV) (once)"
	@test -x $(VENV)/bin/pip || $(PYTHON) -m venv $(VENV) || \
	  { rm -rf $(VENV); apt-get update -q; apt-get install -y -q python3-venv; $(PYTHON) -m venv $(VENV); }
	@$(VENV)/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

ifeq ($(STACK),compose)

up: .env ## start Schoolbridge and say where it is
	docker compose up --detach --build --wait
	@echo "Schoolbridge is at http://localhost:8000, its mail at http://localhost:8025"

.env: | deploy/compose_secrets.py
	@$(PYTHON) -m deploy.compose_secrets > .env.new && chmod 600 .env.new && mv .env.new .env

down: ## stop it; the data stays
	docker compose down

reset: ## stop it and delete its data (yes=1: do not ask)
	@test -n "$(yes)" || { read -r -p "Delete all data? [y/N] " answer && [ "$$answer" = y ]; }
	docker compose down --volumes

status: ## say how every process is
	docker compose ps

logs: ## follow the logs (s=identity: of one process)
	docker compose logs --follow $(s)

restart: ## restart one process (s=identity)
	docker compose restart $(s)

clock: ## let days pass on the development stack (days=15)
	docker compose exec gateway python -m deploy.clock --days $(days)

reindex: ## build a search index anew from its owner (kind=people, schools, projects, posts, meetings or all)
	docker compose run --rm deploy python -m deploy.reindex $(or $(kind),all)

recount: ## count everybody's progress anew from what the owners know
	docker compose run --rm deploy python -m deploy.recount

else

up: env ## start Schoolbridge and say where it is
	@$(RUN) -m deploy.local up

down: ## stop it; the data stays
	@test ! -x $(VENV)/bin/python || $(RUN) -m deploy.local down

reset: ## stop it and delete its data (yes=1: do not ask)
	@test ! -x $(VENV)/bin/python || $(RUN) -m deploy.local reset $(if $(yes),--yes)

status: env ## say how every process is
	@$(RUN) -m deploy.local status

logs: env ## follow the logs (s=identity: of one process)
	@$(RUN) -m deploy.local logs $(s)

restart: env ## restart one process (s=identity)
	@$(RUN) -m deploy.local restart $(s)

clock: env ## let days pass on the development stack (days=15)
	@$(RUN) -m deploy.clock --days $(days)

reindex: env ## build a search index anew from its owner (kind=people, schools, projects, posts, meetings or all)
	@$(RUN) -m deploy.reindex $(or $(kind),all) --stack dev

recount: env ## count everybody's progress anew from what the owners know
	@$(RUN) -m deploy.recount --stack dev

endif

data: env ## fill a running local stack with invented teachers (size=10k, 100k, 1200k or any number; stack=dev or bench)
	@$(RUN) -W ignore -m deploy.data $(or $(size),10k) --stack $(or $(stack),bench)

test: env ## run every test on a stack of its own, and the checks (args="-k ..." for a part)
	@$(RUN) -m deploy.local test -- $(args)

TEMPLATES := $(wildcard gateway/portal)
CHECKS := \
  "ruff format --check --quiet ." \
  "ruff check --quiet --output-format=concise ." \
  "mypy --no-error-summary" \
  "lint-imports --no-logo" \
  $(if $(TEMPLATES),"djlint --quiet --lint $(TEMPLATES)") \
  "check-jsonschema --quiet --builtin-schema vendor.compose-spec docker-compose.yml" \
  "hadolint deploy/Dockerfile deploy/Dockerfile.janus" \
  "python -m deploy.example_settings --check"

check: env ## read the code: format, lint, types, fences between parts, templates, compose, Dockerfile
	@failed=0; for check in $(CHECKS); do \
	  PYTHONPATH=. $(VENV)/bin/$$check || { failed=1; echo "^ $$check"; }; \
	done; exit $$failed

format: env ## put the code's format and imports right
	@$(VENV)/bin/ruff check --quiet --select I --fix .
	@$(VENV)/bin/ruff format --quiet .

bench: env ## measure beside tuned peers, on a stack of its own (quick=1: a few minutes; people=1200k; only=search or progress)
	@PYTHONPATH=. bash bench/run.sh

generate: env ## renew what is made from the code: callers, messages, samples, .env.example
	@$(RUN) -W ignore -m deploy.topology --write
	@$(RUN) -W ignore -m tests.contracts.test_samples
	@$(RUN) -W ignore -m deploy.messages

requirements: env ## pin the newest allowed versions into requirements/*.txt (needs uv)
	@cd requirements && for set in runtime local dev; do \
	  uv pip compile --quiet --upgrade --python-version 3.11 --generate-hashes --no-header --no-annotate \
	    --no-emit-index-url --no-emit-find-links $$set.in --output-file $$set.txt; done
