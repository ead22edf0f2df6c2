#!/bin/sh
# find_go.sh: prints a Go of 1.24 or later: of the PATH, of /usr/local/go, or fetch_go.sh's. Fails where there is none.
cd "$(dirname "$0")/.." || exit 1
export GOTOOLCHAIN=local # as it is: a Go of 1.21 or later would fetch another by itself
for go in "$(command -v go)" /usr/local/go/bin/go "$PWD/build/go/bin/go"; do
  [ -x "$go" ] || continue
  version=$("$go" env GOVERSION 2>/dev/null) || continue
  minor=${version#go1.}
  minor=${minor%%[!0-9]*}
  if [ "${minor:-0}" -ge 24 ]; then
    echo "$go"
    exit 0
  fi
done
exit 1
