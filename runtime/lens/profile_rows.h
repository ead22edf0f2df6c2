// Profiled rows on their way into a profile: copied out of the tiles in which they were computed, then added together,
// some dozen at the least, as if they were one tile. A tile of which one row in a hundred is wanted would cost the
// lenses more than the rows do. Room is made once; staging and adding allocate nothing.
#pragma once

#include <span>
#include <vector>

#include "base/memory.h"
#include "lens/profile.h"

namespace clicklens::lens {

// What is known of a row beside its values.
struct RowFacts {
  std::uint64_t hash = 0;
  std::uint32_t bucket = 0;
  std::uint8_t label = format::no_label;
};

// Places in a batch.
struct PickedRow {
  std::uint64_t request, candidate;
};

struct SaliencySpec;

class ProfileRows {
 public:
  // LIMIT_EXCEEDED: they take more than `most_bytes`.
  static base::Result<ProfileRows> make(const Profile& profile, const exec::Session& session, std::size_t capacity,
                                        std::uint64_t most_bytes);

  [[nodiscard]] std::size_t capacity() const { return capacity_; }
  [[nodiscard]] std::size_t size() const { return size_; }

  // Ahead of copy().
  void fetch(std::size_t slot) noexcept {
    const std::byte* at = block_.data() + slot * width_ * sizeof(float);
    for (std::size_t i = 0; i < width_ * sizeof(float); i += 64) __builtin_prefetch(at + i, 1);
  }
  // Row `row` of the tile at hand as staged row `slot`; slots that are staged at the same time may be written by
  // different threads. `groups`: with saliency, the row's score of each group.
  void copy(const exec::Plan& plan, const ops::StepContext& context, std::size_t row, std::size_t slot,
            const float* groups) noexcept;
  // Features of rows with facts, the first of which is `slot`, are counted at once, but for their ids, which wait like
  // the rows; raw elements are staged.
  void add_features(const exec::Session& session, std::span<const PickedRow> rows, std::size_t slot,
                    Profile& profile) noexcept;
  void set_facts(std::size_t slot, const RowFacts& facts) noexcept;
  // Slots below this are staged.
  void set_size(std::size_t size) noexcept { size_ = size; }

  // Saliency of the rows staged from `first` on, of which `context` is the tile after its backward.
  void explain(const exec::Model& model, const exec::Plan& plan, const ops::StepContext& context,
               const SaliencySpec& spec, std::size_t first) noexcept;
  // Adds the rows staged from `first` on, and all ids that wait; rows before stay.
  void settle(Profile& profile, std::size_t first = 0) noexcept;

 private:
  // Columns of a staged row: rows of every section, side by side.
  struct Section {
    std::vector<ops::Place> places;
    std::size_t first = 0;
  };
  void place(Section& section, std::size_t width);
  void set_groups(std::size_t slot, const float* groups) noexcept;
  void fill_tile(std::size_t first, std::uint32_t task) noexcept;
  [[nodiscard]] float* at(const Section& section, std::size_t slot) noexcept {
    return reinterpret_cast<float*>(block_.data()) + slot * width_ + section.first;
  }

  std::size_t capacity_ = 0, size_ = 0, width_ = 0;
  Section scores_, pooled_, raw_, saliency_, sizes_;
  std::vector<Section> layers_;
  std::vector<std::vector<ops::Place>> layer_places_;
  std::vector<std::uint32_t> layer_numbers_;    // 0, 1, 2, ...
  std::vector<std::uint32_t> observed_layers_;  // in Plan::observed
  std::vector<std::uint32_t> observed_inputs_;  // likewise, by input block
  std::vector<std::size_t> input_begins_;
  std::vector<std::uint32_t> every_row_;
  std::vector<float> groups_;    // saliency, [row][group]
  std::vector<RowFacts> facts_;  // [slot]
  WaitingIds ids_;
  base::AlignedBlock block_;
  const kernels::Table* kernels_ = nullptr;
  NeuronTile tile_;
  MomentBlock::Kept kept_;
};

}  // namespace clicklens::lens
