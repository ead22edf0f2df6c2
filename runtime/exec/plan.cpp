#include "exec/plan.h"

#include <algorithm>
#include <functional>
#include <set>

#include "exec/capture_step.h"
#include "exec/fusion.h"
#include "exec/grouped_inputs.h"
#include "exec/placement.h"
#include "ops/bag_step.h"
#include "ops/map_step.h"
#include "ops/pieces.h"

namespace clicklens::exec {
namespace {

using ops::Level;
using ops::Place;

class Planner final : public ops::BackwardLowering {
 public:
  Planner(const Model& model, const kernels::Table& table, const PlanOptions& options)
      : model_(model),
        table_(table),
        options_(options),
        plan_(std::make_unique<Plan>()),
        cached_(model),
        tile_steps_(&plan_->per_tile) {}

  base::Result<std::unique_ptr<Plan>> run();

  [[nodiscard]] const kernels::Table& kernels() const noexcept override { return table_; }
  [[nodiscard]] std::span<const Place> places(std::uint32_t value) const override { return placement_.places[value]; }
  Place scratch(Level level, std::uint32_t columns) override;
  std::size_t scratch_bytes(std::size_t bytes) override { return layout_.reserve(bytes); }
  [[nodiscard]] std::size_t tile_rows() const noexcept override { return options_.tile_rows; }
  base::Result<ops::PackedWeights> packed(const kernels::PackArgs& args) override {
    CLENS_TRY(check_steps());
    return model_.packed().get(args, table_);
  }
  base::Result<const std::byte*> packed(ops::Precision precision, const kernels::PackReducedArgs& args) override {
    CLENS_TRY(check_steps());
    return model_.packed().get(precision, args, table_);
  }
  void need_work(std::size_t bytes) override { work_bytes_ = std::max(work_bytes_, bytes); }
  [[nodiscard]] ops::Precision precision(std::uint32_t value) const override {
    const auto& full = options_.full_precision;
    return std::find(full.begin(), full.end(), value) == full.end() ? options_.precision : ops::Precision::f32;
  }
  // Beyond the limit nothing is kept; who lowers finds out by check_steps().
  void emit(Level level, std::unique_ptr<ops::Step> step) override {
    if (++steps_ > most_steps) return;
    (back_ != nullptr ? back_->steps : steps_at(level)).push_back(std::move(step));
  }
  [[nodiscard]] bool caches() const noexcept override { return options_.cache; }
  Place cached_scratch(std::uint32_t columns) override {
    const Place place = scratch(Level::candidate, columns);
    cached_.add_sum(place);
    return place;
  }
  ops::BagStep& bags(Level level) override { return *bags_[static_cast<int>(level)]; }

  [[nodiscard]] bool has_gradient(std::uint32_t value) const override { return written_[value]; }
  void wrote_gradient(std::uint32_t value) override { written_[value] = true; }
  [[nodiscard]] Place gradient(std::uint32_t value) const override { return gradients_[value]; }
  [[nodiscard]] bool gradient_is_view(std::uint32_t value) const override { return inside_[value]; }
  [[nodiscard]] std::vector<ops::GroupedColumns> grouped(std::uint32_t value) const override {
    if (!back_->groups_inputs) return {};
    return groups_->columns(value, placement_.places[value]);
  }
  void add_product(ops::GroupProduct product) override;

 private:
  [[nodiscard]] base::Status check_steps() const {
    if (steps_ <= most_steps) return {};
    return base::Status::error(base::Code::limit_exceeded, "session: its plan would have more than %zu steps",
                               most_steps);
  }
  Steps& steps_at(Level level) {
    return level == Level::request ? plan_->per_requests : level == Level::row ? *tile_steps_ : plan_->per_candidates;
  }
  base::Status lower_forward();
  base::Status lower_node(std::uint32_t node);
  base::Status lower_capture(std::uint32_t value);
  base::Status lower_probes(std::uint32_t value);
  void place_probes();
  void split_for_exit(std::uint32_t at);
  [[nodiscard]] bool has_split() const noexcept { return plan_->exit.has_value(); }
  [[nodiscard]] bool is_input(std::uint32_t node) const { return model_.op(node).feature() != format::no_index; }
  [[nodiscard]] std::uint32_t exit_value() const { return options_.probes[options_.exit->probe].value; }
  [[nodiscard]] bool makes_exit(std::uint32_t node) const {
    return options_.exit && fusion_.result[node] == exit_value();
  }
  void place_products();
  void place_gradients();
  void place_gradient(std::uint32_t value);
  base::Status lower_backward(std::uint32_t target);
  void name_results();
  void list_cached();

  const Model& model_;
  const kernels::Table& table_;
  const PlanOptions& options_;
  std::unique_ptr<Plan> plan_;
  base::ArenaLayout layout_;
  Fusion fusion_;
  PlacementRequest request_;
  Placement placement_;
  CachedCollector cached_;
  std::unique_ptr<ops::BagStep> bags_[ops::level_count];
  Steps* tile_steps_;                      // where steps at row level go
  BackwardPlan* back_ = nullptr;           // while lowering backward
  std::optional<GroupedInputs> groups_;    // with group gradients
  std::vector<Place> gradients_;           // by value
  std::vector<bool> inside_;               // by value: its gradient lies inside its concat's
  std::vector<bool> written_;              // by value, of the backward at hand
  std::vector<std::uint32_t> capture_of_;  // by value; no_index: not captured
  std::vector<bool> is_probed_;            // by value
  std::size_t steps_ = 0;                  // emitted
  std::size_t work_bytes_ = 0;             // that the greediest step asked for
};

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
  CLENS_TRY(lower_forward());
  if (options_.gradients) {
    place_gradients();
    if (options_.group_gradients) plan_->grouped = groups_.emplace(model_).blocks();
    plan_->backward_of.resize(model_.desc().values.size(), format::no_index);
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

void Planner::place_probes() {
  is_probed_.resize(model_.desc().values.size());
  for (const ProbeWeights& probe : options_.probes) is_probed_[probe.value] = true;
  if (options_.probes.empty()) return;
  const Place logits = scratch(Level::row, static_cast<std::uint32_t>(options_.probes.size()));
  for (std::uint32_t i = 0; i < logits.count; ++i) {
    plan_->probes.push_back({ops::slice(logits, i, 1), false});
    plan_->probes.back().logit.column = 0;
  }
}

base::Status Planner::lower_forward() {
  for (const Level level : {Level::request, Level::row, Level::candidate})
    bags_[static_cast<int>(level)] = std::make_unique<ops::BagStep>(level);
  // Inputs first: they are read for all rows of a tile, before any of them may stop.
  for (const bool inputs : {true, false}) {
    for (std::uint32_t node = 0; node < model_.desc().nodes.size(); ++node) {
      if (!fusion_.needed[node] || fusion_.fused[node] || is_input(node) != inputs) continue;
      CLENS_TRY(lower_node(node));
      if (!inputs && makes_exit(node)) split_for_exit(node + 1);
    }
    if (inputs && options_.exit && is_input(model_.graph().values[exit_value()].producer)) split_for_exit(0);
  }
  tile_steps_ = &plan_->per_tile;
  for (const Level level : {Level::request, Level::row, Level::candidate}) {
    auto& bags = bags_[static_cast<int>(level)];
    Steps& steps = steps_at(level);
    if (bags->empty()) continue;
    bags->seal(*this);
    steps.insert(steps.begin(), std::move(bags));
  }
  return {};
}

base::Status Planner::lower_node(std::uint32_t node) {
  const format::NodeDesc& desc = model_.desc().nodes[node];
  const std::uint32_t result = fusion_.result[node];
  cached_.lower(node);
  CLENS_TRY(model_.op(node).forward({desc.inputs, desc.outputs, &fusion_.epilogue[node], result}, *this));
  CLENS_TRY(lower_capture(result));
  CLENS_TRY(lower_probes(result));
  return check_steps();
}

// Right behind the step that wrote the value: its memory may be used again from the next node on.
base::Status Planner::lower_capture(std::uint32_t value) {
  if (capture_of_[value] == format::no_index) return {};
  const bool shared = model_.graph().values[value].scope() == graph::Scope::request;
  const Level level = shared ? Level::request : Level::row;
  if (!shared && has_split())
    return base::Status::error(base::Code::unsupported,
                               "session: captures value '%s', which is made behind the early exit",
                               model_.desc().values[value].name.c_str());
  emit(level, std::make_unique<CaptureStep>(capture_of_[value], level, placement_.places[value]));
  return {};
}

// A value of request scope is ready before any tile.
base::Status Planner::lower_probes(std::uint32_t value) {
  if (!is_probed_[value]) return {};
  const bool shared = model_.graph().values[value].scope() == graph::Scope::request;
  for (std::size_t i = 0; i < options_.probes.size(); ++i) {
    if (options_.probes[i].value != value) continue;
    const bool decides = options_.exit && options_.exit->probe == i;
    ProbePlan& probe = plan_->probes[i];
    auto step = ProbeStep::make(options_.probes[i], placement_.places[value], probe.logit, table_, decides);
    if (!step.ok()) return step.status();
    probe.late = !shared && has_split();
    (shared ? plan_->per_tile : *tile_steps_).push_back(std::move(*step));
  }
  return {};
}

void Planner::split_for_exit(std::uint32_t at) {
  plan_->exit.emplace();
  plan_->exit->rule = *options_.exit;
  plan_->exit->live = places_across(request_, placement_, at);
  tile_steps_ = &plan_->exit->after;
}

// Gradients are matrices at row level over a value's columns, whatever its scopes. An input of a concat
// that nothing else reads has its columns of the concat's.
void Planner::place_gradients() {
  const std::size_t values = model_.desc().values.size();
  gradients_.resize(values);
  inside_.resize(values);
  for (auto node = static_cast<std::uint32_t>(model_.desc().nodes.size()); node-- > 0;)
    if (fusion_.needed[node]) place_gradient(model_.desc().nodes[node].outputs[0]);
}

void Planner::place_gradient(std::uint32_t value) {
  const graph::Value& v = model_.graph().values[value];
  if (!inside_[value]) gradients_[value] = scratch(Level::row, v.columns());
  if (!model_.op(v.producer).is_view()) return;
  std::uint32_t column = 0;
  for (const std::uint32_t input : model_.desc().nodes[v.producer].inputs) {
    const graph::Value& part = model_.graph().values[input];
    if (part.consumers.size() == 1) {
      inside_[input] = true;
      gradients_[input] = ops::slice(gradients_[value], column, part.columns());
      gradients_[input].column = 0;
    }
    column += part.columns();
  }
}

// Visits only nodes that the target depends on: with thousands of targets, walking all nodes for each would be
// what creating a session takes its time for.
base::Status Planner::lower_backward(std::uint32_t target) {
  if (plan_->backward_of[target] != format::no_index) return {};
  plan_->backward_of[target] = static_cast<std::uint32_t>(plan_->backward.size());
  plan_->backward.push_back({target, gradients_[target], placement_.places[target].front(), {}, false, {}});
  back_ = &plan_->backward.back();
  const std::uint32_t made_by = model_.graph().values[target].producer;
  // Between an input and a target that is one, or a view of some, there is no linear.
  back_->groups_inputs = groups_.has_value() && !is_input(made_by) && !model_.op(made_by).is_view();
  written_.assign(model_.desc().values.size(), false);
  written_[target] = true;
  const auto& values = model_.graph().values;
  std::set<std::uint32_t, std::greater<>> reached{values[target].producer};
  while (!reached.empty()) {
    const std::uint32_t node = *reached.begin();
    reached.erase(reached.begin());
    const format::NodeDesc& desc = model_.desc().nodes[node];
    CLENS_TRY(model_.op(node).backward({desc.inputs, desc.outputs, &fusion_.epilogue[node], desc.outputs[0]}, *this));
    CLENS_TRY(check_steps());
    for (const std::uint32_t input : desc.inputs) reached.insert(values[input].producer);
  }
  for (std::size_t i = 0; i < model_.inputs().size(); ++i) {
    const InputBlock& block = model_.inputs()[i];
    if (back_->groups_inputs && plan_->grouped[i]) continue;
    if (!written_[block.value] && gradients_[block.value].count > 0)
      emit(Level::row, std::make_unique<ops::ZeroStep>(gradients_[block.value]));
  }
  back_ = nullptr;
  return check_steps();
}

void Planner::add_product(ops::GroupProduct product) {
  steps_ += product.stretches.size();
  if (steps_ <= most_steps) back_->products.push_back(std::move(product));
}

void Planner::place_products() {
  std::uint32_t columns = 0;
  std::uint32_t sums = 0;
  for (const BackwardPlan& backward : plan_->backward) {
    for (const ops::GroupProduct& product : backward.products) {
      sums = std::max(sums, product.gradient.count);
      for (const auto& stretch : product.stretches) columns = std::max(columns, stretch.x.count);
    }
  }
  if (sums == 0) return;
  const auto few = [this](std::uint32_t count) {
    const std::size_t ld = (std::size_t{count} + 15) / 16 * 16;
    return Place{0, count, Level::request, layout_.reserve_array<float>(ld * product_rows), ld};
  };
  plan_->product_scratch = {few(columns), few(sums), layout_.reserve_array<std::uint32_t>(options_.tile_rows)};
}

void Planner::name_results() {
  for (const format::OutputDesc& output : model_.desc().outputs)
    plan_->logits.push_back(placement_.places[output.logit].front());
  for (const std::uint32_t value : options_.observed) plan_->observed.push_back(placement_.places[value]);
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

void Planner::list_cached() {
  for (std::uint32_t value = 0; value < fusion_.lasting.size(); ++value) {
    const bool watched = fusion_.lasting[value] || capture_of_[value] != format::no_index || is_probed_[value];
    if (watched || options_.every_candidate) cached_.want(value);
  }
  plan_->caches = true;
  plan_->cached = cached_.collect(placement_);
  CacheRoom& room = plan_->cache_room;
  room.candidate_of_row = layout_.reserve_array<std::uint32_t>(options_.tile_rows);
  room.rows = layout_.reserve_array<std::uint32_t>(options_.tile_rows);
  room.bags = layout_.reserve_array<std::uint32_t>(options_.tile_rows + 1);
  room.jobs = layout_.reserve_array<kernels::BagJob>(plan_->cached.size());
}

}  // namespace

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
