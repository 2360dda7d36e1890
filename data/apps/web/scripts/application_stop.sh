#!/usr/bin/env bash
# ApplicationStop: the script of the revision that is installed now, not of the one that comes.
set -euo pipefail

if systemctl is-active --quiet nginx; then
    systemctl stop nginx
fi
echo "nginx is stopped"
