#!/usr/bin/env bash
# AfterInstall: the packages, and settings that differ from group to group.
set -euo pipefail

python3.12 -m venv --clear /opt/python-web/venv
/opt/python-web/venv/bin/python -m pip install --quiet -r /opt/python-web/requirements.txt

case "$DEPLOYMENT_GROUP_NAME" in
    production) workers=4 ;;
    *) workers=1 ;;
esac
printf 'WORKERS=%s\n' "$workers" >/etc/python-web.env
systemctl daemon-reload
echo "packages are installed, the environment is written"
