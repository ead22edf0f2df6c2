#include "exec/fusion.h"

#include <algorithm>

namespace clicklens::exec {
namespace {

class Fuser {
 public:
  Fuser(const Model& model, const PlanOptions& options)
      : model_(model), options_(options), nodes_(model.desc().nodes.size()), values_(model.desc().values.size()) {
    fusion_.needed.resize(nodes_);
    fusion_.fused.resize(nodes_);
    fusion_.epilogue.resize(nodes_);
    fusion_.result.resize(nodes_);
    fusion_.elided.resize(values_);
    fusion_.written_by.resize(values_);
    fusion_.lasting.resize(values_);
    kept_.resize(values_);
  }

  Fusion run() {
    if (!options_.inputs_only)
      for (const format::OutputDesc& output : model_.desc().outputs) keep_to_the_end(output.logit);
    for (const std::uint32_t value : options_.observed) keep_to_the_end(value);
    for (const std::uint32_t value : options_.captures) kept_[value] = true;
    for (const ProbeWeights& probe : options_.probes) kept_[probe.value] = true;
    if (options_.every_candidate) kept_.assign(values_, true);
    mark_needed();
    if (options_.gradients) mark_backward();
    for (std::uint32_t node = 0; node < nodes_; ++node) fuse_behind(node);
    return std::move(fusion_);
  }

 private:
  void keep_to_the_end(std::uint32_t value) {
    kept_[value] = true;
    fusion_.lasting[value] = true;
  }

  void mark_needed() {
    std::vector<bool> wanted = kept_;
    for (auto node = static_cast<std::uint32_t>(nodes_); node-- > 0;) {
      const format::NodeDesc& desc = model_.desc().nodes[node];
      if (!wanted[desc.outputs[0]]) continue;
      fusion_.needed[node] = true;
      for (const std::uint32_t input : desc.inputs) wanted[input] = true;
    }
  }

  // What backward and the input gradients read must be in memory until the end of the tile.
  void mark_backward() {
    const auto keep = [this](std::uint32_t value) { keep_to_the_end(value); };
    for (std::uint32_t node = 0; node < nodes_; ++node) {
      const format::NodeDesc& desc = model_.desc().nodes[node];
      const ops::BackwardReads reads = model_.op(node).backward_reads();
      if (reads.outputs || model_.op(node).feature() != format::no_index) keep(desc.outputs[0]);
      const bool by_differences = options_.pairs && model_.op(node).response() != ops::Response::affine;
      if (reads.inputs || by_differences) std::for_each(desc.inputs.begin(), desc.inputs.end(), keep);
      if (by_differences) keep(desc.outputs[0]);
    }
  }

  void fuse_behind(std::uint32_t head) {
    std::uint32_t value = model_.desc().nodes[head].outputs[0];
    if (!fusion_.fused[head]) fusion_.written_by[value] = head;
    fusion_.result[head] = value;
    if (!fusion_.needed[head] || !model_.op(head).takes_epilogue()) return;
    while (!kept_[value] && model_.graph().values[value].consumers.size() == 1) {
      const std::uint32_t next = model_.graph().values[value].consumers[0];
      if (!fusion_.needed[next] || !model_.op(next).fuse_into(fusion_.epilogue[head])) break;
      fusion_.elided[value] = true;
      fusion_.fused[next] = true;
      value = model_.desc().nodes[next].outputs[0];
      fusion_.written_by[value] = head;
      fusion_.result[head] = value;
    }
  }

  const Model& model_;
  const PlanOptions& options_;
  std::size_t nodes_, values_;
  std::vector<bool> kept_;  // by value: must be in memory
  Fusion fusion_;
};

}  // namespace

Fusion fuse(const Model& model, const PlanOptions& options) {
  return Fuser(model, options).run();
}

}  // namespace clicklens::exec
