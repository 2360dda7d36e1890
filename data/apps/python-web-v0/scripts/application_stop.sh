#!/usr/bin/env bash
# ApplicationStop: the script of the revision that is installed now, not of the one that comes.
set -euo pipefail

if systemctl is-active --quiet python-web; then
    systemctl stop python-web
fi
echo "python-web is stopped"
