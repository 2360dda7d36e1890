#!/usr/bin/env bash
# ApplicationStart: run the new revision, now and after a reboot.
set -euo pipefail

systemctl enable --now --quiet python-web
echo "python-web is started"
