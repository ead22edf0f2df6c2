#!/bin/sh
# The demo itself lives with the command line.
set -eu
cd "$(dirname "$0")/.."
exec bash bindings/cli/demo.sh
