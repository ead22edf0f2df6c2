// What packing and unpacking of every schema have in common. Seen inside format/ alone.
#pragma once

#include <flatbuffers/flatbuffers.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace clicklens::format {

using Builder = flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;

template <class T>
Offset<flatbuffers::Vector<T>> numbers(Builder& builder, const std::vector<T>& from) {
  return from.empty() ? 0 : builder.CreateVector(from);
}

// Its bounds: no schema is deeper than 5; the count of tables bounds the work of verifying shared ones.
inline flatbuffers::Verifier verifier_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), 16, 1'000'000};
}

}  // namespace clicklens::format
