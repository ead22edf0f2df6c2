#!/bin/sh
# sources.sh [FOLDER...]: our C++ sources, tracked or about to be. C sources and headers keep C's
# habits (int *p), catalogues and tables (.inc) their columns.
set -eu
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- runtime capi bindings tests bench
for folder; do
  if [ -d "$folder" ]; then
    find "$folder" \( -name build -o -name '*.egg-info' \) -prune -o \
      \( -name '*.h' -o -name '*.hpp' -o -name '*.cpp' \) -print
  fi
done | grep -v -e '/clicklens/clicklens\.h$' -e 'capi/examples/tsv.*\.h$' -e '/third_party/' | sort
