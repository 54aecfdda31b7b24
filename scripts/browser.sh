#!/bin/sh
# Sees to it that the tests have a Chromium: one that is here, else Debian's, else Playwright's own.
set -eu
cd "$(dirname "$0")/.."

here() {
    if [ -n "${CHROMIUM:-}" ] && [ -x "$CHROMIUM" ]; then echo "$CHROMIUM"; return; fi
    for each in chromium chromium-browser google-chrome google-chrome-stable; do
        if command -v "$each"; then return; fi
    done
    .venv/bin/python - <<'PYTHON'
import os, sys
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    path = playwright.chromium.executable_path
print(path)
sys.exit(not os.path.exists(path))
PYTHON
}

from_debian() {
    command -v apt-get >/dev/null || return 1
    as_root=""
    if [ "$(id -u)" != 0 ]; then as_root="sudo -n"; fi
    echo "No Chromium here. Installing Debian's, about half a minute ..."
    export DEBIAN_FRONTEND=noninteractive
    $as_root apt-get update -qq </dev/null &&
        $as_root apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core </dev/null >/dev/null
}

if found=$(here); then echo "Browser: $found"; exit 0; fi
from_debian || {
    echo "Debian's Chromium could not be installed. Trying Playwright's own ..."
    .venv/bin/playwright install chromium </dev/null || true
}
if found=$(here); then echo "Browser: $found"; exit 0; fi
echo "The browser tests need a Chromium and none could be installed. Install one, or set CHROMIUM to its path." >&2
exit 1
