# Cross build for aarch64, run under qemu-aarch64. The sysroot holds only the headers we name, so no
# header of the host slips in; libc and libstdc++ are the cross compiler's own.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_SYSROOT ${CMAKE_CURRENT_LIST_DIR}/../build/aarch64-sysroot)
file(MAKE_DIRECTORY ${CMAKE_SYSROOT}/usr/include)
foreach(header xsimd flatbuffers xxhash.h CLI fmt nlohmann)
  if(EXISTS /usr/include/${header})
    file(CREATE_LINK /usr/include/${header} ${CMAKE_SYSROOT}/usr/include/${header} SYMBOLIC)
  endif()
endforeach()
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)  # flatc is the host's
foreach(kind INCLUDE LIBRARY PACKAGE)
  set(CMAKE_FIND_ROOT_PATH_MODE_${kind} ONLY)
endforeach()
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64 -L /usr/aarch64-linux-gnu)
