#!/bin/sh
echo "asking the shop, says the script of version 2"
