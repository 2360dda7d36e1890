#!/usr/bin/env bash
# BeforeInstall: Python and the user that the service runs as.
set -euo pipefail

if ! command -v python3.12 >/dev/null; then
    dnf install --assumeyes --quiet python3.12
fi
if ! id --user python-web >/dev/null 2>&1; then
    useradd --system --home-dir /opt/python-web --shell /sbin/nologin python-web
fi
install --directory --mode=0755 /opt/python-web
echo "python3.12 and the user python-web are there"
