#!/usr/bin/env bash
# ValidateService: the last word. The service must answer, and count rightly.
set -euo pipefail

price=$(curl --fail --silent --show-error --retry 10 --retry-delay 2 --retry-connrefused 'http://localhost:8080/gross?net=100.00')
test "$price" = "119.00"
echo "java-service answers"
