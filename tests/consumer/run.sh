#!/bin/sh
# run.sh find_package|pkg_config|readme SOURCE BUILD, or add_subdirectory SOURCE BUILD [TOOL ITS_OBJECT...], or
# flatbuffers SOURCE BUILD TOOL ARCHIVE MAKE_MODEL FLATC:
# builds a host program that way and runs it. The installed tree is moved first: it must be relocatable.
set -eu
way=$1 source=$2 build=$3
here=$source/tests/consumer
work=$build/consumer/$way
# The one that compiles the library again is kept for the next run.
[ "$way" = add_subdirectory ] || rm -rf "$work"
mkdir -p "$work"

installed() {
  cmake --install "$build" --prefix "$work/first" >"$work/install.log"
  mv "$work/first" "$work/moved"
  library=$(dirname "$(find "$work/moved" -name libclicklens.a)")
  if grep -rIl -e "$build" -e "$source" "$work/moved/include" "$library/cmake" "$library/pkgconfig"; then
    echo "installed files name the build" && exit 1
  fi
}

run_all() {
  for program in clicklens_c clicklens_cpp clicklens_static_c clicklens_static_cpp; do "$work/build/$program"; done
}

case $way in
  find_package)
    installed
    cmake -S "$here/find_package" -B "$work/build" -G Ninja -DCMAKE_PREFIX_PATH="$work/moved"
    cmake --build "$work/build"
    run_all
    ;;
  pkg_config)
    installed
    export PKG_CONFIG_PATH="$library/pkgconfig"
    cflags=$(pkg-config --cflags clicklens) libs=$(pkg-config --libs clicklens)
    # --static names what the archive needs beside itself.
    static=$(pkg-config --static --libs clicklens | sed 's/-lclicklens/-l:libclicklens.a/')
    # shellcheck disable=SC2086
    {
      cc -std=c11 $cflags "$here/consumer.c" -o "$work/c" $libs
      c++ -std=c++11 $cflags "$here/consumer.cpp" -o "$work/cpp" $libs
      cc -std=c11 $cflags "$here/consumer.c" -o "$work/static_c" $static
      cc -static -std=c11 $cflags "$here/consumer.c" -o "$work/fully_static_c" $static
      c++ -std=c++20 -fno-exceptions -fno-rtti $cflags "$here/results.cpp" -o "$work/results" $libs
    }
    # The line for the archive that capi/README.md has.
    line=$(sed -n 's/^cc server\.c \(.*-l:libclicklens\.a[^#]*\).*/\1/p' "$source/capi/README.md")
    eval "cc -std=c11 $here/consumer.c -o $work/readme_c $line"
    "$work/readme_c"
    LD_LIBRARY_PATH=$library "$work/c"
    LD_LIBRARY_PATH=$library "$work/cpp"
    "$work/static_c"
    "$work/fully_static_c"
    LD_LIBRARY_PATH=$library "$work/results" "$source/bindings/cli/demo/demo.clens"
    [ "$(pkg-config --modversion clicklens)" = "$("$work/static_c" | cut -d' ' -f1)" ]
    # A host needs nothing of ours but libc, libm and, unless it is within, the C++ library.
    readelf -d "$library/libclicklens.so" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' | grep -v -e '^libc\.' -e '^libm\.' -e '^ld-linux' \
      -e '^libstdc++\.' -e '^libgcc_s\.' &&
      exit 1
    true
    ;;
  readme)
    # capi/README.md from top to bottom in an empty home: commands, programs by the names in their first lines, lines of CMake.
    mkdir -p "$work/home/own"
    /usr/bin/python3 -B "$here/readme_steps.py" "$source/capi/README.md" >"$work/steps.sh"
    cp "$here/consumer.c" "$work/home/own/server.c"
    (cd "$source" && env -i PATH="$PATH" HOME="$work/home" BUILD="$build" sh "$work/steps.sh") >"$work/printed"
    cat "$work/printed"
    [ "$(grep -c '^0\.[0-9]*$' "$work/printed")" = 3 ] && [ "$(grep -c '^user [+-].*ad [+-]' "$work/printed")" = 3 ]
    [ "$(grep '^0\.[0-9]*$' "$work/printed" | sort -u | wc -l)" = 3 ]
    ;;
  add_subdirectory)
    # The flags a careless host might have: they must neither break the build nor change a bit of a score.
    tool=${4:-}
    isas=
    case $(uname -m) in x86_64) isas="-DCLICKLENS_ISAS=avx2;scalar" ;; esac
    cmake -S "$here/add_subdirectory" -B "$work/build" -G Ninja -DCLICKLENS_SOURCE="$source" -DCMAKE_BUILD_TYPE=Release \
      -DFETCHCONTENT_SOURCE_DIR_MIMALLOC="$build/mimalloc" -DCMAKE_CXX_FLAGS="-ffast-math -flto -march=native" \
      -DCMAKE_CXX_FLAGS_RELEASE="-O0 -DNDEBUG" -DCLICKLENS_UNITY=ON -DCLICKLENS_LINK_TIME=OFF ${isas:+"$isas"} \
      -DCMAKE_CXX_COMPILER_LAUNCHER="$(command -v ccache || true)"
    cmake --build "$work/build"
    run_all
    if [ -n "$tool" ]; then
      shift 4
      c++ -o "$work/clicklens" "$@" "$(find "$work/build" -name libclicklens.a)" -lz -lm -pthread
      /usr/bin/python3 -B "$here/same_scores.py" "$tool" "$work/clicklens"
    fi
    ;;
  flatbuffers)
    # A host with another FlatBuffers: same names, another version, a verifier that refuses everything.
    archive=$5 make_model=$6 flatc=$7
    headers=$(dirname "$(find /usr/include /usr/local/include -path '*/flatbuffers/flatbuffers.h' | head -n 1)")
    mkdir -p "$work/include"
    cp -r "$headers" "$work/include"
    sed -i -e 's/\(#define FLATBUFFERS_VERSION_MAJOR\).*/\1 99/' \
      -e 's/return Check(elem_len < size_ && elem <= size_ - elem_len);/return false;/' "$work"/include/flatbuffers/*.h
    description=$source/tests/e2e/model.json
    "$flatc" -b --strict-json -o "$work" "$source/schemas/model.fbs" "$description"
    # shellcheck disable=SC2046
    "$make_model" "$work/model.clens" "$work/made.clens" \
      $(/usr/bin/python3 -c 'import json, sys; print(*(s["size"] for s in json.load(open(sys.argv[1]))["segments"]))' "$description")
    # -O0: every inline function of the host's headers is there to be mistaken for ours.
    c++ -std=c++17 -O0 -I"$work/include" -I"$source/capi/include" "$here/flatbuffers_host.cpp" -o "$work/host" "$archive" \
      -lm -pthread
    "$work/host" "$work/made.clens"
    ;;
  *) exit 2 ;;
esac
