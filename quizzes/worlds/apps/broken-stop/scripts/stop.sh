#!/bin/sh
echo "stopping, says the script of version 1"
echo "no such service: shopd"
exit 3
