#!/bin/bash
# The man page is written from the rows that help is written from: `make man` brings it up to date.
build/release/learnd help man | diff -u config/learnd.1 - || { echo "config/learnd.1:1: out of date, run make man"; exit 1; }
