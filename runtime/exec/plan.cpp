#include "exec/plan.h"

#include <algorithm>

#include "exec/planner.h"

namespace clicklens::exec {

Place Planner::scratch(Level level, std::uint32_t columns) {
  const std::size_t ld = (std::size_t{columns} + 15) / 16 * 16;
  return {0, columns, level, layout_.reserve_array<float>(ld * options_.tile_rows), ld};
}

base::Result<std::unique_ptr<Plan>> Planner::run() {
  plan_->tile_rows = options_.tile_rows;
  plan_->captures = options_.captures;
  fusion_ = fuse(model_, options_);
  request_ = {&model_,        options_.tile_rows, options_.cache, fusion_.needed,
              fusion_.elided, fusion_.written_by, fusion_.lasting};
  auto placement = place_values(request_, layout_);
  if (!placement.ok()) return placement.status();
  placement_ = std::move(*placement);
  capture_of_.resize(model_.desc().values.size(), format::no_index);
  for (std::uint32_t i = 0; i < options_.captures.size(); ++i) capture_of_[options_.captures[i]] = i;
  place_probes();
  plan_->exchanges = options_.exchanges;
  if (options_.exchanges) exchanged_.emplace(model_);
  find_zeros();
  CLENS_TRY(lower_forward());
  if (options_.gradients) {
    place_gradients();
    if (options_.group_gradients) plan_->grouped = groups_.emplace(model_).blocks();
    plan_->backward_of.resize(model_.desc().values.size(), format::no_index);
    list_lasting();
    for (const format::OutputDesc& output : model_.desc().outputs) CLENS_TRY(lower_backward(output.logit));
    for (const std::uint32_t value : options_.captures) CLENS_TRY(lower_backward(value));
  }
  place_products();
  name_results();
  if (options_.cache) list_cached();
  const auto total = layout_.total();
  if (!total || *total > model_.limits().session_bytes)
    return base::Status::error(base::Code::limit_exceeded, "session: a strand would need more than %llu bytes",
                               static_cast<unsigned long long>(model_.limits().session_bytes));
  plan_->block_bytes = (*total + 63) / 64 * 64;
  return std::move(plan_);
}

void Planner::name_results() {
  for (const format::OutputDesc& output :
       options_.inputs_only ? std::span<const format::OutputDesc>{} : model_.desc().outputs)
    plan_->logits.push_back(placement_.places[output.logit].front());
  for (const std::uint32_t value : options_.observed) plan_->observed.push_back(placement_.places[value]);
  for (const std::uint32_t value : options_.observed_gradients) plan_->observed_gradients.push_back(gradients_[value]);
  for (const InputBlock& block : model_.inputs()) {
    plan_->inputs.push_back(placement_.places[block.value]);
    if (options_.gradients) plan_->input_gradients.push_back(gradients_[block.value]);
  }
  std::uint32_t widest = 0;
  for (const InputBlock& block : model_.inputs()) widest = std::max(widest, block.width);
  if (options_.gradients) plan_->input_scratch = scratch(Level::row, widest);
  if (options_.gradients) plan_->table_row = layout_.reserve_array<float>(widest);
  plan_->request_of_row = layout_.reserve_array<std::uint32_t>(options_.tile_rows);
  if (plan_->exit) plan_->exit->row_of = layout_.reserve_array<std::uint32_t>(options_.tile_rows);
  plan_->scores = layout_.reserve_array<float>(options_.tile_rows);
  plan_->work = layout_.reserve(work_bytes_);
}

void Planner::list_lasting() {
  std::vector<Place> all;
  for (std::uint32_t value = 0; value < fusion_.lasting.size(); ++value)
    if (fusion_.lasting[value]) all.insert(all.end(), placement_.places[value].begin(), placement_.places[value].end());
  std::sort(all.begin(), all.end(), [](const Place& a, const Place& b) { return a.offset < b.offset; });
  for (const Place& place : all) {
    const std::size_t end = place.offset + sizeof(float) * place.count;
    if (!plan_->read_by_backward.empty()) {
      Place& last = plan_->read_by_backward.back();
      const std::size_t last_end = last.offset + sizeof(float) * last.count;
      if (last.ld == place.ld && last.level == place.level && place.offset <= last_end) {  // views overlap
        if (end > last_end) last.count = static_cast<std::uint32_t>((end - last.offset) / sizeof(float));
        continue;
      }
    }
    plan_->read_by_backward.push_back(place);
  }
}

void Planner::list_cached() {
  for (std::uint32_t value = 0; value < fusion_.lasting.size(); ++value) {
    const bool watched = fusion_.lasting[value] || capture_of_[value] != format::no_index || is_probed_[value];
    if (watched || options_.every_candidate) cached_.want(value);
  }
  plan_->caches = true;
  plan_->cached = cached_.collect(placement_);
  plan_->first_sum = plan_->cached.size() - cached_.sums();
  CacheRoom& room = plan_->cache_room;
  room.candidate_of_row = layout_.reserve_array<std::uint32_t>(options_.tile_rows);
  room.rows = layout_.reserve_array<std::uint32_t>(options_.tile_rows);
  room.stretches = layout_.reserve_array<kernels::CopyStretch>(plan_->cached.size());
}

const BackwardPlan* Plan::backward_from(std::uint32_t value) const noexcept {
  if (value >= backward_of.size() || backward_of[value] == format::no_index) return nullptr;
  return &backward[backward_of[value]];
}

base::Result<std::unique_ptr<Plan>> make_plan(const Model& model, const kernels::Table& table,
                                              const PlanOptions& options) {
  if (options.precision == ops::Precision::bf16 && table.linear_bf16 == nullptr)
    return base::Status::error(
        base::Code::unsupported,
        "session: precision bf16 needs a processor with AVX512-BF16; '%s' here has no such products", table.name);
  return Planner(model, table, options).run();
}

}  // namespace clicklens::exec
