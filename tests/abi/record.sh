#!/bin/sh
# Records today's ABI as the baseline: after functions or fields were added on purpose.
set -eu
cd "$(dirname "$0")/../.."
sh tests/abi/describe.sh capi/abi/baseline.xml
