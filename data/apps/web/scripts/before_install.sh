#!/usr/bin/env bash
# BeforeInstall: what must be there before the files are copied.
set -euo pipefail

if ! command -v nginx >/dev/null; then
    dnf install --assumeyes --quiet nginx
fi
install --directory --mode=0755 /var/www/web
echo "nginx is installed, /var/www/web is there"
