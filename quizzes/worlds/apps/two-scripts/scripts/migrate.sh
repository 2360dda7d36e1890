#!/bin/sh
echo "migrating"
exit 4
