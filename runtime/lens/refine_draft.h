// A model being edited: its description, and the bytes of the segments that differ from those it began with.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/memory.h"
#include "exec/model.h"
#include "format/patched_file.h"

namespace clicklens::lens {

// Who makes and who reads each value.
struct Wiring {
  explicit Wiring(const format::ModelDesc& desc);
  std::vector<std::uint32_t> producer;              // node, by value
  std::vector<std::vector<std::uint32_t>> readers;  // nodes, ascending, by value
};

class Draft {
 public:
  explicit Draft(std::shared_ptr<const exec::Model> from);

  [[nodiscard]] const exec::Model& from() const noexcept { return *from_; }
  // Numbers of a constant, as edited so far; they move when constants are added.
  [[nodiscard]] std::span<const float> numbers(std::uint32_t constant) const noexcept;
  [[nodiscard]] std::uint32_t columns(std::uint32_t value) const noexcept { return columns_[value]; }

  // Those that are there stay as they are: other nodes may name them.
  std::uint32_t add_constant(const std::string& name, std::vector<std::uint64_t> shape, std::span<const float> numbers);
  // The value that a new node makes; it may feed nodes that are there.
  std::uint32_t add_node(const std::string& name, format::OperatorDesc op, std::vector<std::uint32_t> inputs,
                         std::uint32_t columns);
  // A value of other columns than before: its shape is inferred again.
  void reshape(std::uint32_t value, std::uint32_t columns);
  // A table's rows in another type, in a segment of their own.
  void set_table(std::uint32_t table, format::ElementType type, std::uint32_t row_stride, base::AlignedBlock rows);

  // The edited model: what no output and no layer depends on leaves it, and so do self-test rows, probes and profile;
  // shapes and orders that were taken away are inferred. Verified as a file is. The draft is used up.
  base::Result<std::shared_ptr<const exec::Model>> finish();

  format::ModelDesc desc;

 private:
  std::uint32_t add_segment(base::AlignedBlock bytes);
  void drop_unreached();
  void drop_inputs();
  void drop_segments();
  base::Status sort_nodes();

  std::shared_ptr<const exec::Model> from_;
  std::vector<format::HeldSegment> held_;
  std::vector<std::uint32_t> columns_;  // by value
};

}  // namespace clicklens::lens
