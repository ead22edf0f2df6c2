// The text of a last failure, kept without allocating.
#pragma once

#include <cstddef>

#include "base/status.h"

namespace clicklens::capi {

class Message {
 public:
  void keep(const base::Status& status) noexcept;
  // NUL-terminated and cut at capacity; returns the length of the whole text.
  std::size_t copy(char* buffer, std::size_t capacity) const noexcept;

 private:
  char text_[384] = {};  // as long as a Status's own message, so nothing is lost here
};

}  // namespace clicklens::capi
