// The ids of one feature that is kept as a sequence, read once for all nodes that want its rows or its mask. A place is
// a bag of one id or none.
#pragma once

#include <memory>
#include <vector>

#include "encode/plain_bags.h"
#include "ops/lowering.h"
#include "ops/sequence.h"

namespace clicklens::ops {

class SequenceRead {
 public:
  SequenceRead(std::uint32_t feature, const SequenceRules& rules, Level level, Lowering& lowering);

  struct Table {
    format::TableRows rows;
    std::uint32_t row_stride = 0, dim = 0;
    kernels::Element type = kernels::Element::f32;
  };
  // y: rows of `table`, in places.
  void add(const SequenceRules&, const Table& table, const Place& y, Lowering&);
  // y: 1 where there is an id, else 0.
  void add_mask(const SequenceRules&, const Place& y);
  // A bag counts what the same feature's ids are.
  void count_nothing() noexcept { counts_ = false; }

  base::Status run(const StepContext&) const noexcept;

 private:
  struct Target {
    SequenceRules rules;
    Table table;  // no data: a mask
    Place y;
    std::size_t ids = 0;  // where the ids' places go if rows of the table lie apart: offset into the block
  };
  // Entries [first, first + entries) of the level, their ids in places.
  struct Read {
    const std::uint32_t* ids = nullptr;
    const float* weights = nullptr;
    const std::uint32_t *offsets = nullptr, *positions = nullptr;  // no positions: nothing is cut or empty
    std::size_t first = 0, entries = 0;
  };
  template <class Length>
  void write(const StepContext&, const Read&, Length length) const noexcept;
  void write_rows(const StepContext&, const Read&, const Target&) const noexcept;

  std::uint32_t feature_;
  Level level_;
  encode::BagRules rules_;
  encode::PlainRules plain_;
  bool counts_ = true;
  std::vector<Target> targets_;
  std::size_t id_capacity_;
  std::size_t ids_, weights_, positions_, offsets_, places_, jobs_;  // offsets into the block
};

}  // namespace clicklens::ops
