#include "lens/refine_drop.h"

#include <algorithm>
#include <cmath>

#include "format/text.h"
#include "lens/refine_columns.h"

namespace clicklens::lens {
namespace {

using base::Code;
using base::Status;
using exec::InputBlock;
using format::no_index;

class Dropping {
 public:
  Dropping(Draft& draft, std::span<const float> means) : draft_(draft), wiring_(draft.desc), means_(means) {}

  Status choose(std::span<const std::string> groups);
  void apply();

 private:
  Status check(const InputBlock& block) const;
  [[nodiscard]] bool leaves_nothing() const;
  void split();
  void make_constant(const InputBlock& block);

  Draft& draft_;
  Wiring wiring_;
  std::span<const float> means_;
  std::vector<InputBlock> dropped_, kept_;
  std::vector<InputBlock> folded_, constant_;  // of the dropped
};

Status Dropping::choose(std::span<const std::string> groups) {
  const exec::Model& model = draft_.from();
  std::vector<bool> goes(model.groups().size());
  for (const std::string& group : groups) {
    const auto found = std::find(model.groups().begin(), model.groups().end(), group);
    if (found == model.groups().end())
      return Status::error(Code::not_found, "the model has no feature group '%s'", format::ShownName(group).text);
    const auto at = static_cast<std::size_t>(found - model.groups().begin());
    if (goes[at])
      return Status::error(Code::invalid_argument, "groups: '%s' comes twice", format::ShownName(group).text);
    goes[at] = true;
  }
  for (const InputBlock& block : model.inputs())
    (goes[model.group_of(block.feature)] ? dropped_ : kept_).push_back(block);
  if (kept_.empty()) return Status::error(Code::invalid_argument, "groups: no feature would be left");
  for (const InputBlock& block : dropped_) CLENS_TRY(check(block));
  return {};
}

Status Dropping::check(const InputBlock& block) const {
  const format::NodeDesc& node = draft_.desc.nodes[wiring_.producer[block.value]];
  const char* name = node.name.c_str();
  if (!std::holds_alternative<format::EmbeddingBagOp>(node.op) &&
      !std::holds_alternative<format::DenseInputOp>(node.op))
    return Status::error(Code::unsupported, "node '%s': keeps ids apart, a mean cannot stand for them",
                         format::ShownName(name).text);
  for (const format::OutputDesc& output : draft_.desc.outputs)
    if (output.logit == block.value)
      return Status::error(Code::unsupported, "node '%s': is an output itself", format::ShownName(name).text);
  for (std::size_t c = block.begin; c < block.begin + block.width; ++c)
    if (!std::isfinite(means_[c])) return Status::error(Code::invalid_argument, "means[%zu]: not finite", c);
  return {};
}

// Into biases, unless something else reads an input or a linear would have no input left.
void Dropping::split() {
  std::vector<std::uint32_t> values;
  for (const InputBlock& block : dropped_)
    if (odd_reader(draft_.desc, wiring_, block.value) == no_index) values.push_back(block.value);
  const auto goes = [&values](std::uint32_t value) {
    return std::find(values.begin(), values.end(), value) != values.end();
  };
  for (bool settled = false; !settled;) {
    settled = true;
    for (const LinearReading& reading : linear_readings(draft_, wiring_, values)) {
      if (!std::all_of(reading.columns.begin(), reading.columns.end(), [&](const auto& at) { return goes(at.first); }))
        continue;
      const std::uint32_t first = reading.columns.front().first;
      std::erase(values, first);
      settled = false;
      break;
    }
  }
  for (const InputBlock& block : dropped_) (goes(block.value) ? folded_ : constant_).push_back(block);
}

// Reads the narrowest input that stays, of request scope where there is one, and adds nothing of it.
void Dropping::make_constant(const InputBlock& block) {
  const auto cost = [this](const InputBlock& b) {
    const bool request = draft_.desc.features[b.feature].scope == format::Scope::request;
    return std::pair(request ? 0 : 1, b.width);
  };
  const InputBlock& anchor = *std::min_element(
      kept_.begin(), kept_.end(), [&](const InputBlock& a, const InputBlock& b) { return cost(a) < cost(b); });
  const std::string name = draft_.desc.values[block.value].name + ".mean";
  const std::vector<float> zeros(std::size_t{block.width} * anchor.width);
  format::LinearOp op;
  op.weight = draft_.add_constant(name + ".weight", {block.width, anchor.width}, zeros);
  op.bias = draft_.add_constant(name, {block.width}, means_.subspan(block.begin, block.width));
  const std::uint32_t value = draft_.add_node(name, op, {anchor.value}, block.width);
  for (format::NodeDesc& node : draft_.desc.nodes)
    for (std::uint32_t& input : node.inputs)
      if (input == block.value) input = value;
}

void Dropping::apply() {
  split();
  GoneColumns gone;
  for (const InputBlock& block : folded_)
    for (std::uint32_t c = 0; c < block.width; ++c)
      gone[block.value].push_back({c, double{means_[block.begin + c]}, no_index, 0});
  take_out(draft_, gone);
  for (const InputBlock& block : constant_) make_constant(block);
  const auto is_dropped = [this](const format::LayerDesc& layer) {
    return draft_.columns(layer.value) == 0 ||
           std::any_of(dropped_.begin(), dropped_.end(), [&](const auto& b) { return b.value == layer.value; });
  };
  std::erase_if(draft_.desc.layers, is_dropped);
  // scopes may be narrower now: the canonical order is analysed anew
  for (format::NodeDesc& node : draft_.desc.nodes) node.order.clear();
}

}  // namespace

Status drop_groups(Draft& draft, std::span<const std::string> groups, std::span<const float> means) {
  if (means.size() != draft.from().input_width())
    return Status::error(Code::invalid_argument, "means: %zu, the model has %zu input columns", means.size(),
                         draft.from().input_width());
  if (groups.empty()) return Status::error(Code::invalid_argument, "groups: none");
  Dropping dropping(draft, means);
  CLENS_TRY(dropping.choose(groups));
  dropping.apply();
  return {};
}

}  // namespace clicklens::lens
