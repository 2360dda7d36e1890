#!/bin/sh
echo "warming up"
