#!/bin/sh
echo "backing up, says the script of version 2"
