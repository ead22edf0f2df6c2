// Makes a plan: values are placed, nodes lowered to steps (plan_forward.cpp, plan_backward.cpp), and the block laid
// out.
#pragma once

#include <algorithm>

#include "exec/exchanged_inputs.h"
#include "exec/fusion.h"
#include "exec/grouped_inputs.h"
#include "exec/plan.h"
#include "ops/bag_step.h"

namespace clicklens::exec {

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
  base::Result<const float*> packed(const kernels::PackArgs& args) override {
    CLENS_TRY(check_steps());
    return model_.packed().get(args, table_);
  }
  base::Result<const float*> packed_by_input(const kernels::PackArgs& args) override {
    CLENS_TRY(check_steps());
    return model_.packed().get_by_input(args, table_);
  }
  [[nodiscard]] bool has_zeros(std::uint32_t value) const override { return has_zeros_[value]; }
  base::Result<const std::byte*> packed(ops::Precision precision, const kernels::PackReducedArgs& args) override {
    CLENS_TRY(check_steps());
    return model_.packed().get(precision, args, table_);
  }
  void need_work(std::size_t bytes) override { work_bytes_ = std::max(work_bytes_, bytes); }
  [[nodiscard]] ops::Precision precision(std::uint32_t value) const override {
    const auto& full = options_.full_precision;
    return std::find(full.begin(), full.end(), value) == full.end() ? options_.precision : ops::Precision::f32;
  }
  [[nodiscard]] base::Status charge(std::size_t steps) override {
    steps_ += std::min(steps, most_steps);
    return check_steps();
  }
  // Beyond the limit nothing is kept; who lowers finds out by check_steps().
  void emit(Level level, std::unique_ptr<ops::Step> step) override {
    if (++steps_ > most_steps) return;
    (back_ != nullptr ? back_->steps : steps_at(level)).push_back(std::move(step));
  }
  [[nodiscard]] std::vector<ops::InputColumns> exchanged(std::uint32_t value) const override {
    return exchanged_ ? exchanged_->columns(value) : std::vector<ops::InputColumns>{};
  }
  void emit_exchange(std::unique_ptr<ops::Step> step) override {
    if (++steps_ <= most_steps) plan_->per_exchange.push_back(std::move(step));
  }
  [[nodiscard]] bool caches() const noexcept override { return options_.cache; }
  // Behind an early exit rows of the tile are no longer those of the batch.
  ops::CachedSum cached_sum(std::uint32_t columns, bool joined) override {
    joined = joined && !options_.exit;
    const Place place = scratch(Level::candidate, columns);
    return {place, cached_.add_sum(place, joined), joined};
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
  [[nodiscard]] bool pairs() const noexcept override { return options_.pairs; }

 private:
  [[nodiscard]] base::Status check_steps() const {
    if (steps_ <= most_steps) return {};
    return base::Status::error(base::Code::limit_exceeded, "session: its plan would have more than %zu steps",
                               most_steps);
  }
  Steps& steps_at(Level level) {
    if (repeats_) return plan_->per_exchange;
    return level == Level::request ? plan_->per_requests : level == Level::row ? *tile_steps_ : plan_->per_candidates;
  }
  void find_zeros();
  base::Status lower_forward();
  base::Status lower_node(std::uint32_t node);
  void lower_given(std::uint32_t value);
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
  void list_lasting();
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
  Steps* tile_steps_;                    // where steps at row level go
  BackwardPlan* back_ = nullptr;         // while lowering backward
  std::optional<GroupedInputs> groups_;  // with group gradients
  std::optional<ExchangedInputs> exchanged_;
  bool repeats_ = false;                   // steps of the node at hand are run for each exchange
  std::vector<Place> gradients_;           // by value
  std::vector<bool> inside_;               // by value: its gradient lies inside its concat's
  std::vector<bool> written_;              // by value, of the backward at hand
  std::vector<std::uint32_t> capture_of_;  // by value; no_index: not captured
  std::vector<bool> is_probed_;            // by value
  std::vector<bool> has_zeros_;            // by value
  std::size_t steps_ = 0;                  // emitted
  std::size_t work_bytes_ = 0;             // that the greediest step asked for
};

}  // namespace clicklens::exec
