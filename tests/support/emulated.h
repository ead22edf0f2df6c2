// Whether the system under the test is an emulator of one process, which hides what the kernel does.
#pragma once

#include <sys/mman.h>

namespace clicklens::testing {

// Emulators accept advice without passing it on; a kernel refuses it for memory that is not there.
inline bool emulated() noexcept {
  constexpr int populate_read = 22;  // MADV_POPULATE_READ
  return ::madvise(nullptr, 4096, populate_read) == 0;
}

}  // namespace clicklens::testing
