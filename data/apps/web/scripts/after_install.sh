#!/usr/bin/env bash
# AfterInstall: settings that differ from group to group. Search engines are to find the production site only.
set -euo pipefail

if [ "$DEPLOYMENT_GROUP_NAME" = "production" ]; then
    rule="Allow: /"
else
    rule="Disallow: /"
fi
printf 'User-agent: *\n%s\n' "$rule" >/var/www/web/robots.txt
nginx -t -q
echo "robots.txt is written for the group $DEPLOYMENT_GROUP_NAME"
