#!/bin/sh
echo "stopping, says the script of version 2"
