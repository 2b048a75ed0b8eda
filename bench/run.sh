#!/usr/bin/env bash
# Installs what is measured beside us, then measures: `make bench`, or `make bench quick=1` for a few minutes;
# `people=1200k` for the large community, `only=search` or `only=progress` for one of them alone.
set -euo pipefail
cd "$(dirname "$0")/.."

tools=.local/bench-tools
mkdir -p "$tools/peers"

command -v wrk >/dev/null || { echo "  installing wrk"; apt-get update -q >/dev/null; apt-get install -y -q wrk >/dev/null; }
command -v npm >/dev/null || { echo "  installing Node"; apt-get update -q >/dev/null; apt-get install -y -q nodejs npm >/dev/null; }

if ! [ -x "$tools/nameko/bin/nameko" ]; then
  echo "  installing stock nameko 2.14.1"
  python3 -m venv "$tools/nameko"
  "$tools/nameko/bin/pip" install -q --disable-pip-version-check "nameko==2.14.1" "setuptools<81"
fi

cp bench/peers/*.js "$tools/peers/"
if ! cmp -s bench/peers/package.json "$tools/peers/package.json" || ! [ -d "$tools/peers/node_modules" ]; then
  echo "  installing Moleculer"
  cp bench/peers/package.json "$tools/peers/"
  (cd "$tools/peers" && npm install --silent --no-audit --no-fund --omit=dev)
fi

PYTHONPATH=. exec .venv/bin/python -W ignore -m bench "$tools" "${quick:-}" "${people:-}" "${only:-}"
