// A model whose segments lie apart from each other, each kept by whoever owns it.
#pragma once

#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "format/model_file.h"

namespace clicklens::format {

// Bytes of a segment and what keeps them; no owner: they lie in a caller's memory. `hashed`: SegmentDesc.xxh3 is theirs
// already.
struct HeldSegment {
  std::span<const std::byte> bytes;
  std::shared_ptr<const void> owner;
  bool hashed = false;
  std::shared_ptr<const Overlay> overlay = nullptr;  // has the bytes, if there is one
  std::shared_ptr<Verified> verified = nullptr;      // null: nothing is remembered
};

class HeldModel : public ModelFile {
 public:
  explicit HeldModel(std::vector<HeldSegment> held) noexcept : held_(std::move(held)) {}

  [[nodiscard]] std::span<const std::byte> segment(std::uint32_t index) const noexcept final {
    return index < held_.size() ? held_[index].bytes : std::span<const std::byte>();
  }
  [[nodiscard]] std::shared_ptr<const Overlay> overlay(std::uint32_t index) const final {
    return index < held_.size() ? held_[index].overlay : nullptr;
  }
  [[nodiscard]] std::shared_ptr<const void> keeper(std::uint32_t index) const final {
    return index < held_.size() ? held_[index].owner : nullptr;
  }
  [[nodiscard]] std::shared_ptr<Verified> verified(std::uint32_t index) const final {
    return index < held_.size() ? held_[index].verified : nullptr;
  }
  base::Status warm() const final;

 protected:
  std::vector<HeldSegment> held_;
};

}  // namespace clicklens::format
