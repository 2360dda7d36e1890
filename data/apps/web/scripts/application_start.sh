#!/usr/bin/env bash
# ApplicationStart: serve the new revision, now and after a reboot.
set -euo pipefail

systemctl enable --now --quiet nginx
echo "nginx is started"
