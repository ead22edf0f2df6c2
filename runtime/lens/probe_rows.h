// ProbeData that a model's sessions fill: the values to probe, for the candidates of each batch.
#pragma once

#include <memory>
#include <string>

#include "exec/session.h"
#include "format/probe_desc.h"
#include "lens/probe_data.h"

namespace clicklens::lens {

struct ProbeRowsOptions {
  std::vector<std::uint32_t> values;  // empty: every layer's, then every task's logit, each once
  std::uint64_t memory_bytes = std::uint64_t{2} << 30;
};

class ProbeRows {
 public:
  // INVALID_ARGUMENT: no such value, or one twice. UNSUPPORTED_ISA as sessions.
  static base::Result<ProbeRows> create(std::shared_ptr<const exec::Model> model, const ProbeRowsOptions& options);

  // Runs the batch and keeps the candidates with keep[c] != 0 (null: all) whose values are finite. Fails without
  // having added anything.
  base::Status add(exec::Session& session, const exec::Batch& batch, const RowInfo& info, const std::uint8_t* keep);
  base::Status relabel(const std::uint8_t* labels, const float* targets, std::size_t count) {
    return data_.relabel(labels, targets, count);
  }

  [[nodiscard]] const exec::Model& model() const noexcept { return *model_; }
  [[nodiscard]] const format::ModelId& id() const noexcept { return id_; }  // format::probed_model_id
  [[nodiscard]] const kernels::Table& kernels() const noexcept { return *kernels_; }
  [[nodiscard]] const ProbeData& data() const noexcept { return data_; }
  [[nodiscard]] std::span<const std::uint32_t> values() const noexcept { return values_; }
  // The number of the value among values(); NOT_FOUND names it.
  [[nodiscard]] base::Result<std::size_t> find(std::uint32_t value) const;

 private:
  ProbeRows() = default;

  std::shared_ptr<const exec::Model> model_;
  const kernels::Table* kernels_ = nullptr;
  format::ModelId id_;
  std::vector<std::uint32_t> values_;
  ProbeData data_;
};

// A layer's name, else an output's whose logit it is, else the value's.
const std::string& probed_name(const format::ModelDesc& desc, std::uint32_t value);

}  // namespace clicklens::lens
