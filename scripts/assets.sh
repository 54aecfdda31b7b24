#!/bin/sh
# Fetches the front-end libraries as locked, and puts what pages use where they are served from.
# A machine without Node gets it from a wheel, into the virtual environment.
set -eu
cd "$(dirname "$0")/.."

new_enough() {
    version=$(npm --version 2>/dev/null) || return 1
    [ "${version%%.*}" -ge 8 ]
}

PATH="$PATH:$PWD/.venv/bin"
if ! new_enough; then
    .venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes -r requirements/assets.txt
    PATH="$PWD/.venv/bin:$PATH"
fi
npm ci --silent </dev/null

vendor=registry/static/vendor
mkdir -p "$vendor"
cp node_modules/bootstrap/dist/css/bootstrap.min.css "$vendor/"
cp node_modules/htmx.org/dist/htmx.min.js "$vendor/"
cp node_modules/@event-calendar/build/dist/event-calendar.min.css "$vendor/"
sed "/^\/\/# sourceMappingURL=/d" node_modules/@event-calendar/build/dist/event-calendar.min.js >"$vendor/event-calendar.min.js"
cp node_modules/@simplewebauthn/browser/dist/bundle/index.umd.min.js "$vendor/simplewebauthn.min.js"
sed "/^\/\/# sourceMappingURL=/d" node_modules/tus-js-client/dist/tus.min.js >"$vendor/tus.min.js"
mkdir -p "$vendor/fonts"
cp node_modules/dejavu-fonts-ttf/ttf/DejaVuSans.ttf node_modules/dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf \
    node_modules/dejavu-fonts-ttf/LICENSE "$vendor/fonts/"
