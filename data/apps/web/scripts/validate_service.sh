#!/usr/bin/env bash
# ValidateService: the last word. The site must answer, and with the version that was just installed.
set -euo pipefail

served=$(curl --fail --silent --show-error --retry 5 --retry-delay 2 --retry-connrefused http://localhost/version.txt)
installed=$(cat /var/www/web/version.txt)
test "$served" = "$installed"
echo "the site answers with the installed version"
