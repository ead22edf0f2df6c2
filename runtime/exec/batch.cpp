#include "exec/batch.h"

#include <algorithm>

namespace clicklens::exec {

std::uint64_t Batch::request_of(std::uint64_t c) const noexcept {
  if (requests == 0) return c;
  const std::int64_t* end = request_offsets + requests + 1;
  const auto above = std::upper_bound(request_offsets, end, static_cast<std::int64_t>(c));
  return static_cast<std::uint64_t>(above - request_offsets - 1);
}

std::uint64_t Batch::first_request_from(std::uint64_t c) const noexcept {
  if (requests == 0) return c;
  const std::int64_t* end = request_offsets + requests + 1;
  const auto from = std::lower_bound(request_offsets, end, static_cast<std::int64_t>(c));
  return static_cast<std::uint64_t>(from - request_offsets);
}

}  // namespace clicklens::exec
