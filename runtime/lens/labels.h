#pragma once

#include <cstddef>
#include <cstdint>

#include "base/status.h"

namespace clicklens::lens {

// BAD_VALUE names the first that is neither 0 nor 1, as an element of `name`. Null: nothing is labelled.
inline base::Status check_labels(const char* name, const std::uint8_t* labels, std::size_t n) noexcept {
  for (std::size_t i = 0; labels != nullptr && i < n; ++i)
    if (labels[i] > 1)
      return base::Status::error(base::Code::bad_value, "%s[%zu] is %u: a label is 0 or 1", name, i,
                                 unsigned{labels[i]});
  return {};
}

}  // namespace clicklens::lens
