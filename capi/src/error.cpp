#include <algorithm>
#include <cstring>

#include "guard.h"

namespace clicklens::capi {
namespace {

using base::Code;

#define CLENS_SAME(code, status) static_assert(static_cast<int>(Code::code) == static_cast<int>(status))
CLENS_SAME(ok, CLENS_OK);
CLENS_SAME(invalid_argument, CLENS_E_INVALID_ARGUMENT);
CLENS_SAME(bad_state, CLENS_E_BAD_STATE);
CLENS_SAME(buffer_too_small, CLENS_E_BUFFER_TOO_SMALL);
CLENS_SAME(not_found, CLENS_E_NOT_FOUND);
CLENS_SAME(stale, CLENS_E_STALE);
CLENS_SAME(bad_file, CLENS_E_BAD_FILE);
CLENS_SAME(checksum_mismatch, CLENS_E_CHECKSUM_MISMATCH);
CLENS_SAME(unknown_requirement, CLENS_E_UNKNOWN_REQUIREMENT);
CLENS_SAME(limit_exceeded, CLENS_E_LIMIT_EXCEEDED);
CLENS_SAME(bad_batch, CLENS_E_BAD_BATCH);
CLENS_SAME(bad_value, CLENS_E_BAD_VALUE);
CLENS_SAME(out_of_memory, CLENS_E_OUT_OF_MEMORY);
CLENS_SAME(io_error, CLENS_E_IO);
CLENS_SAME(unsupported, CLENS_E_UNSUPPORTED);
CLENS_SAME(unsupported_isa, CLENS_E_UNSUPPORTED_ISA);
CLENS_SAME(internal, CLENS_E_INTERNAL);
#undef CLENS_SAME

// Zero-initialised, so no thread pays for it.
constinit thread_local Message last_message;

}  // namespace

void Message::keep(const base::Status& status) noexcept {
  const std::size_t length = std::min(std::strlen(status.message()), sizeof text_ - 1);
  std::memcpy(text_, status.message(), length);
  text_[length] = '\0';
}

std::size_t Message::copy(char* buffer, std::size_t capacity) const noexcept {
  const std::size_t length = std::strlen(text_);
  if (buffer == nullptr || capacity == 0) return length;
  const std::size_t copied = std::min(length, capacity - 1);
  std::memcpy(buffer, text_, copied);
  buffer[copied] = '\0';
  return length;
}

clens_status report(const base::Status& status) noexcept {
  last_message.keep(status);
  return static_cast<clens_status>(status.code());
}

}  // namespace clicklens::capi

size_t clens_last_error(char* buffer, size_t capacity) {
  return clicklens::capi::last_message.copy(buffer, capacity);
}

const char* clens_status_name(clens_status status) {
  switch (status) {
#define CLENS_NAME(name) \
  case name:             \
    return #name
    CLENS_NAME(CLENS_OK);
    CLENS_NAME(CLENS_E_INVALID_ARGUMENT);
    CLENS_NAME(CLENS_E_BAD_STATE);
    CLENS_NAME(CLENS_E_BUFFER_TOO_SMALL);
    CLENS_NAME(CLENS_E_NOT_FOUND);
    CLENS_NAME(CLENS_E_STALE);
    CLENS_NAME(CLENS_E_BAD_FILE);
    CLENS_NAME(CLENS_E_CHECKSUM_MISMATCH);
    CLENS_NAME(CLENS_E_UNKNOWN_REQUIREMENT);
    CLENS_NAME(CLENS_E_LIMIT_EXCEEDED);
    CLENS_NAME(CLENS_E_BAD_BATCH);
    CLENS_NAME(CLENS_E_BAD_VALUE);
    CLENS_NAME(CLENS_E_OUT_OF_MEMORY);
    CLENS_NAME(CLENS_E_IO);
    CLENS_NAME(CLENS_E_UNSUPPORTED);
    CLENS_NAME(CLENS_E_UNSUPPORTED_ISA);
    CLENS_NAME(CLENS_E_INTERNAL);
#undef CLENS_NAME
  }
  return "CLENS_E_?";
}
