#!/usr/bin/env bash
# AfterInstall: settings that differ from group to group.
set -euo pipefail

case "$DEPLOYMENT_GROUP_NAME" in
    production) heap=512m ;;
    *) heap=128m ;;
esac
printf 'PORT=8080\nHEAP=%s\n' "$heap" >/etc/java-service.env
systemctl daemon-reload
echo "the environment is written"
