#!/usr/bin/env bash
# BeforeInstall: Java and the user that the service runs as.
set -euo pipefail

if ! command -v java >/dev/null; then
    dnf install --assumeyes --quiet java-17-amazon-corretto-headless
fi
if ! id --user java-service >/dev/null 2>&1; then
    useradd --system --no-create-home --shell /sbin/nologin java-service
fi
install --directory --mode=0755 /opt/java-service
echo "java and the user java-service are there"
