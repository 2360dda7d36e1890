#!/bin/sh
echo "configuring, says the script of version 2"
