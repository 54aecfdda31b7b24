#!/bin/sh
# Locks every version with its hashes, for every platform, and without a single download address.
set -eu
cd "$(dirname "$0")/.."

lock() {
    .venv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links "$@"
}
echo "Locking Python packages ..."
lock requirements/bootstrap.in -o requirements/bootstrap.txt
lock requirements/assets.in -o requirements/assets.txt
lock pyproject.toml -o requirements/app.txt
lock pyproject.toml --extra ocr -c requirements/app.txt -o requirements/ocr.txt
lock pyproject.toml --extra ocr --group test -c requirements/ocr.txt -o requirements/test.txt

echo "Locking styles and scripts ..."
PATH="$PATH:$PWD/.venv/bin"
npm install --package-lock-only --silent </dev/null
.venv/bin/python - <<'PYTHON'
import json, pathlib
file = pathlib.Path("package-lock.json")
lock = json.loads(file.read_text())
for package in lock["packages"].values():
    package.pop("funding", None)
file.write_text(json.dumps(lock, indent=2) + "\n")
PYTHON

if grep -n '://' requirements/*.txt package-lock.json; then
    echo "The lock names an address; see above." >&2
    exit 1
fi
