#!/usr/bin/env bash
# ApplicationStop: the script of the revision that is installed now, not of the one that comes.
set -euo pipefail

if systemctl is-active --quiet java-service; then
    systemctl stop java-service
fi
echo "java-service is stopped"
