#!/bin/sh
# Compares the headers with capi/abi/baseline.xml. Exit 77: abigail-tools are not installed.
# Any difference fails; tests/abi/record.sh records the ones that are meant.
set -eu
cd "$(dirname "$0")/../.."
command -v abidw >/dev/null || { echo "abi: skipped, abigail-tools are not installed" && exit 77; }
mkdir -p build
sh tests/abi/describe.sh build/abi.xml
if abidiff capi/abi/baseline.xml build/abi.xml; then
  echo "abi: equal to the baseline"
else
  echo "abi: the headers differ from capi/abi/baseline.xml; if that is meant: sh tests/abi/record.sh"
  exit 1
fi
