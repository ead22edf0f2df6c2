// Bounds on what a model file may ask for (clens_limits in the C ABI). Zero in the C struct means
// the default here.
#pragma once

#include <cstdint>

namespace clicklens::base {

struct Limits {
  std::uint64_t flatbuffer_bytes = 64ull << 20;
  std::uint64_t segments = 1u << 16;
  std::uint64_t nodes = 1u << 16;
  std::uint64_t features = 1u << 14;
  std::uint64_t columns = 1u << 20;          // of one value
  std::uint64_t reduction = 1u << 16;        // K of one linear
  std::uint64_t table_rows = 0xFFFFFFFEull;  // rows are 32-bit ids
  std::uint64_t dense_bytes = 4ull << 30;    // all constants together; and what operators keep beside them
  std::uint64_t sequence_length = 1u << 16;  // max_length of one feature
  std::uint64_t session_bytes = 4ull << 30;  // one session's block
};

}  // namespace clicklens::base
