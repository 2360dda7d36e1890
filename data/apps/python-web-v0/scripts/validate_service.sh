#!/usr/bin/env bash
# ValidateService: the last word. The service must answer, and convert rightly.
set -euo pipefail

answer=$(curl --fail --silent --show-error --retry 5 --retry-delay 2 --retry-connrefused http://127.0.0.1:8000/fahrenheit/100.0)
echo "$answer" | grep --quiet '"fahrenheit":212'
echo "python-web answers"
