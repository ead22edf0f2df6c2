#!/bin/sh
# setup.sh build|test|lint|ci-build|ci|package: installs the Debian packages that a verb of the Makefile needs and this
# machine lacks, says which, and asks for no root when all are there.
set -eu
cd "$(dirname "$0")/.."

build="ca-certificates curl make g++ cmake ninja-build pkg-config xz-utils libxsimd-dev libflatbuffers-dev \
flatbuffers-compiler libxxhash-dev libgtest-dev libgmock-dev libbenchmark-dev libcli11-dev libfmt-dev \
nlohmann-json3-dev zlib1g-dev"
python="python3-venv python3-dev python3-pip python3-setuptools python3-wheel python3-numpy python3-cffi python3-pytest \
python3-pytest-xdist python3-flatbuffers python3-matplotlib python3-sklearn python3-torch"  # the last two are what results are checked against
# Spark's, 44 MB to fetch; only wanted, not needed: another Java will do, and without any the tests of clicklens.spark skip.
java="openjdk-17-jre-headless"
lint="clang-14 clang-format-14 clang-tidy-14"
ci="libclang-rt-14-dev llvm-14 g++-aarch64-linux-gnu qemu-user abigail-tools ccache valgrind"
package="file dpkg-dev debootstrap"
# What the Rust crates are tested with, where there is no cargo at all: both would take an older one's place.
rust=$({ command -v cargo || sh cmake/cargo.sh; } >/dev/null 2>&1 || echo cargo-web rustc-web)
case ${1:-} in
  build) packages=$build ;;
  ci-build) packages="$build ccache" ;; # with it from the start: a build that meets it later begins anew
  test) packages="$build $python $rust" ;;
  lint) packages="$build $python $lint" ;;
  package) packages="$build $python $package" ;;
  ci) packages="$build $python $rust $lint $ci" ;;
  *) echo "usage: setup.sh build|test|lint|ci-build|ci|package" >&2 && exit 2 ;;
esac

missing() {
  for package; do
    dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || echo "$package"
  done
}

install_packages() {
  if ! command -v apt-get >/dev/null; then
    echo "setup: no apt-get here; install the equivalents of: $packages" >&2
    return 0
  fi
  # shellcheck disable=SC2086
  absent=$(missing $packages | tr '\n' ' ')
  if [ -z "$absent" ]; then return 0; fi
  root=
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || {
      echo "setup: as root, run: apt-get install --no-install-recommends $absent" >&2
      return 1
    }
    root=sudo
  fi
  echo "setup: installing $absent"
  log=$(mktemp)
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086
  if ! $root apt-get -o Acquire::Retries=3 update >"$log" 2>&1 ||
    ! $root env DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::Retries=3 install -y --no-install-recommends $absent </dev/null >>"$log" 2>&1
  then
    tail -n 20 "$log" >&2
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
}

install_packages
case $1 in *build) first=1 ;; *) first= ;; esac # what compiles the library, and no more
if [ -z "$first" ] && ! command -v java >/dev/null && [ -z "${JAVA_HOME:-}" ]; then
  (packages=$java && install_packages) || echo "setup: no Java; tests of clicklens.spark will be skipped"
fi
# Not fatal: without its sources the library uses the system's allocator.
sh cmake/fetch_mimalloc.sh build/mimalloc >/dev/null 2>&1 || echo "setup: mimalloc's sources cannot be fetched"
if [ -n "$first" ]; then exit 0; fi
sh cmake/fetch_axe.sh build/axe 2>/dev/null || echo "setup: axe-core cannot be fetched; the report's page will not be held to it"
if ! sh cmake/find_go.sh >/dev/null; then
  echo "setup: fetching Go into build/go"
  sh cmake/fetch_go.sh build/go 2>/dev/null || echo "setup: Go 1.24 or later is not here and cannot be fetched; the tests of bindings/go will be skipped"
fi
if [ "$1" = ci ]; then
  sh cmake/fetch_zlib_arm64.sh build/aarch64-sysroot >/dev/null 2>&1 || echo "setup: zlib for arm64 cannot be fetched"
fi
if [ ! -x build/venv/bin/python ]; then
  echo "setup: making the Python environment build/venv"
  /usr/bin/python3 -m venv --system-site-packages build/venv
fi
# Debian has no pyarrow. Below 21: later ones want NumPy 2, which the other packages were not built for.
if ! build/venv/bin/python -c 'import pyarrow' 2>/dev/null; then
  echo "setup: installing pyarrow into build/venv"
  build/venv/bin/python -m pip install --quiet --disable-pip-version-check --retries 1 --timeout 15 --only-binary :all: \
    'pyarrow<21' 'numpy<2' >/dev/null 2>&1 || echo "setup: pyarrow cannot be installed; tests of Arrow columns will be skipped"
fi
# What ONNX graphs are read with, and what imports are held to. The last of each that NumPy 1.24 and this protobuf take.
if ! build/venv/bin/python -c 'import onnx, onnxruntime' 2>/dev/null; then
  echo "setup: installing onnx and onnxruntime into build/venv"
  build/venv/bin/python -m pip install --quiet --disable-pip-version-check --retries 1 --timeout 15 --only-binary :all: \
    'onnx==1.17.0' 'onnxruntime==1.20.1' 'protobuf==5.29.5' 'numpy<2' >/dev/null 2>&1 || echo "setup: onnx cannot be installed; tests of imports will be skipped"
fi
# Frameworks whose trained networks are imported in tests. --no-deps: they name PyTorch, which would come with CUDA, and
# parts of them that train on clusters; of those two the last files that NumPy 1.24 takes.
if ! build/venv/bin/python -c 'import sys; from importlib.util import find_spec
sys.exit(not all(map(find_spec, "fuxictr deepctr_torch pandas polars h5py tqdm keras_preprocessing".split())))'; then
  echo "setup: installing fuxictr and deepctr-torch into build/venv"
  build/venv/bin/python -m pip install --quiet --disable-pip-version-check --retries 1 --timeout 15 --no-deps \
    'fuxictr==2.3.9' 'deepctr-torch==0.3.0' 'pandas==2.1.4' 'pytz==2024.2' 'tzdata==2024.2' 'polars==1.19.0' 'h5py==3.10.0' \
    'tqdm==4.66.6' 'keras-preprocessing==1.1.2' >/dev/null 2>&1 || echo "setup: fuxictr and deepctr-torch cannot be installed; tests that import their networks will be skipped"
fi
# Whose cluster clicklens.spark runs on in tests: 318 MB of source, of which pip makes a wheel, 1 minute and 345 MB on disk.
# Not 4.x: this pandas and NumPy are too old for it. `ci` does not wait for it, `test` does.
pyspark() {
  flock 9
  if build/venv/bin/python -c 'import pyspark' 2>/dev/null; then return 0; fi
  echo "setup: installing pyspark into build/venv (318 MB)"
  build/venv/bin/python -m pip install --quiet --disable-pip-version-check --retries 1 --timeout 15 --no-deps --no-build-isolation \
    'pyspark==3.5.8' 'py4j==0.10.9.9' >/dev/null 2>&1 || echo "setup: pyspark cannot be installed; tests of clicklens.spark will be skipped"
}
# What user programs' types are checked with.
if ! build/venv/bin/python -c 'import mypy, typing_extensions' 2>/dev/null; then
  echo "setup: installing mypy into build/venv"
  build/venv/bin/python -m pip install --quiet --disable-pip-version-check --retries 1 --timeout 15 --no-deps --only-binary :all: \
    'mypy==1.13.0' 'mypy-extensions==1.0.0' 'typing-extensions==4.12.2' >/dev/null 2>&1 || echo "setup: mypy cannot be installed; types will not be checked"
fi
case $1 in
  ci) pyspark 9>build/venv/.pyspark </dev/null >/dev/null 2>&1 & ;;
  test) pyspark 9>build/venv/.pyspark ;;
esac
