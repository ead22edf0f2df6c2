#include "lens/probe_rows.h"

#include <algorithm>

#include "format/text.h"
#include "kernels/dispatch.h"

namespace clicklens::lens {
namespace {

using base::Code;
using base::Status;

// Layers, then logits; a layer that is a logit comes once.
std::vector<std::uint32_t> default_values(const format::ModelDesc& desc) {
  std::vector<std::uint32_t> values;
  const auto add = [&](std::uint32_t value) {
    if (std::ranges::find(values, value) == values.end()) values.push_back(value);
  };
  for (const format::LayerDesc& layer : desc.layers) add(layer.value);
  for (const format::OutputDesc& output : desc.outputs) add(output.logit);
  return values;
}

Status check_values(const std::vector<std::uint32_t>& values, const format::ModelDesc& desc) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] >= desc.values.size())
      return Status::error(Code::invalid_argument, "options.values[%zu]: value %u of %zu", i, values[i],
                           desc.values.size());
    if (std::count(values.begin(), values.end(), values[i]) > 1)
      return Status::error(Code::invalid_argument, "options.values[%zu]: value %u comes twice", i, values[i]);
  }
  return {};
}

class Collector final : public exec::TileObserver {
 public:
  Collector(ProbeData& data, std::vector<std::size_t> observed, const RowInfo& info, const std::uint8_t* keep)
      : data_(data), observed_(std::move(observed)), info_(info), keep_(keep) {}

  Status tile(const exec::Plan& plan, const ops::StepContext& context, std::size_t) noexcept override {
    for (std::size_t row = 0; row < context.rows; ++row) {
      const std::uint64_t candidate = context.first_candidate + row;
      if (keep_ != nullptr && keep_[candidate] == 0) continue;
      for (std::size_t i = 0; i < observed_.size(); ++i)
        for (const ops::Place& place : plan.observed[observed_[i]]) {
          const kernels::Operand x = context.operand(place, ops::Level::row);
          const float* from = x.data + (x.rows != nullptr ? x.rows[row] : row) * x.ld;
          std::copy_n(from, place.count, data_.next(i) + place.column);
        }
      data_.push(info_, static_cast<std::size_t>(candidate));
    }
    return {};
  }

 private:
  ProbeData& data_;
  std::vector<std::size_t> observed_;  // by value of the data: its number in Plan::observed
  const RowInfo& info_;
  const std::uint8_t* keep_;
};

}  // namespace

base::Result<ProbeRows> ProbeRows::create(std::shared_ptr<const exec::Model> model, const ProbeRowsOptions& options) {
  CLENS_TRY(check_values(options.values, model->desc()));
  const auto table = kernels::active_table();
  if (!table.ok()) return table.status();
  ProbeRows rows;
  rows.kernels_ = *table;
  rows.values_ = options.values.empty() ? default_values(model->desc()) : options.values;
  if (rows.values_.empty()) return Status::error(Code::invalid_argument, "options.values: the model has no layers");
  std::vector<std::size_t> widths;
  for (const std::uint32_t value : rows.values_) widths.push_back(model->graph().values[value].columns());
  rows.data_ = ProbeData(std::move(widths), options.memory_bytes);
  rows.id_ = format::probed_model_id(model->desc());
  rows.model_ = std::move(model);
  return rows;
}

Status ProbeRows::add(exec::Session& session, const exec::Batch& batch, const RowInfo& info, const std::uint8_t* keep) {
  if (&session.model() != model_.get() && session.model().file().id() != model_->file().id())
    return Status::error(Code::bad_state, "session: is of another model than the rows");
  std::vector<std::size_t> observed;
  for (const std::uint32_t value : values_) {
    const auto found = std::ranges::find(session.observed(), value);
    if (found == session.observed().end())
      return Status::error(Code::bad_state, "session: does not observe value %u ('%s')", value,
                           format::ShownName(model_->desc().values[value].name).text);
    observed.push_back(static_cast<std::size_t>(found - session.observed().begin()));
  }
  const auto candidates = static_cast<std::size_t>(batch.candidates);
  CLENS_TRY(data_.check(info, candidates));
  const auto kept =
      keep == nullptr ? candidates : candidates - static_cast<std::size_t>(std::count(keep, keep + candidates, 0));
  CLENS_TRY(data_.reserve(kept, info));
  const std::size_t rows = data_.rows();
  const std::uint64_t non_finite = data_.non_finite();
  Collector collector(data_, std::move(observed), info, keep);
  Status status = session.observe(batch, collector);
  if (!status.ok()) data_.truncate(rows, non_finite);
  return status;
}

base::Result<std::size_t> ProbeRows::find(std::uint32_t value) const {
  const auto found = std::ranges::find(values_, value);
  if (found == values_.end())
    return Status::error(Code::not_found, "rows: value %u ('%s') is not among theirs", value,
                         format::ShownName(probed_name(model_->desc(), value)).text);
  return static_cast<std::size_t>(found - values_.begin());
}

const std::string& probed_name(const format::ModelDesc& desc, std::uint32_t value) {
  for (const format::LayerDesc& layer : desc.layers)
    if (layer.value == value) return layer.name;
  for (const format::OutputDesc& output : desc.outputs)
    if (output.logit == value) return output.name;
  return desc.values[value].name;
}

}  // namespace clicklens::lens
