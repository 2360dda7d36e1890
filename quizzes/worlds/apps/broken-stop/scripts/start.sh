#!/bin/sh
echo "starting, says the script of version 1"
