#include "lens/refine_columns.h"

#include <algorithm>

namespace clicklens::lens {
namespace {

using format::no_index;
using Columns = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

bool is_concat(const format::NodeDesc& node) {
  return std::holds_alternative<format::ConcatOp>(node.op);
}

void flatten(const Draft& draft, const Wiring& wiring, const std::vector<std::uint32_t>& given, std::uint32_t value,
             Columns& columns) {
  const format::NodeDesc& made = draft.desc.nodes[wiring.producer[value]];
  if (is_concat(made) && std::find(given.begin(), given.end(), value) == given.end()) {
    for (const std::uint32_t input : made.inputs) flatten(draft, wiring, given, input, columns);
    return;
  }
  for (std::uint32_t c = 0; c < draft.columns(value); ++c) columns.emplace_back(value, c);
}

const GoneColumn* find(const GoneColumns& gone, const std::pair<std::uint32_t, std::uint32_t>& at) {
  const auto value = gone.find(at.first);
  if (value == gone.end()) return nullptr;
  const auto found = std::lower_bound(value->second.begin(), value->second.end(), at.second,
                                      [](const GoneColumn& g, std::uint32_t column) { return g.column < column; });
  return found == value->second.end() || found->column != at.second ? nullptr : &*found;
}

std::vector<format::OrderRun> without(const std::vector<format::OrderRun>& order, const std::vector<bool>& gone) {
  std::vector<format::OrderRun> left;
  std::uint32_t begin = 0;
  for (const format::OrderRun& run : order) {
    std::uint32_t count = 0;
    for (std::uint32_t c = run.begin; c < run.begin + run.count; ++c) count += gone[c] ? 0u : 1u;
    if (count > 0) left.push_back({run.part, begin, count});
    begin += count;
  }
  return left;
}

// One linear without the columns that went.
class NarrowedLinear {
 public:
  NarrowedLinear(Draft& draft, const LinearReading& reading, const GoneColumns& gone)
      : draft_(draft), reading_(reading), gone_(gone), op_(std::get<format::LinearOp>(node().op)) {
    const std::size_t in = reading.columns.size();
    const std::span<const float> weight = draft.numbers(op_.weight);
    weight_.assign(weight.begin(), weight.end());
    out_ = weight_.size() / in;
    if (op_.bias != no_index) bias_.assign(draft.numbers(op_.bias).begin(), draft.numbers(op_.bias).end());
    bias_.resize(out_);
    is_gone_.resize(in);
  }

  void apply() {
    for (std::uint32_t c = 0; c < is_gone_.size(); ++c) take(c);
    std::vector<float> weight;
    for (std::size_t k = 0; k < out_; ++k)
      for (std::size_t c = 0; c < is_gone_.size(); ++c)
        if (!is_gone_[c]) weight.push_back(static_cast<float>(weight_[k * is_gone_.size() + c]));
    const std::uint64_t in = weight.size() / out_;
    op_.weight = draft_.add_constant(draft_.desc.constants[op_.weight].name, {out_, in}, weight);
    if (shifted_) {
      const std::vector<float> bias(bias_.begin(), bias_.end());
      op_.bias = draft_.add_constant(
          op_.bias == no_index ? node().name + ".bias" : draft_.desc.constants[op_.bias].name, {out_}, bias);
    }
    node().op = op_;
    node().order = without(node().order, is_gone_);
  }

 private:
  [[nodiscard]] format::NodeDesc& node() const { return draft_.desc.nodes[reading_.node]; }
  void take(std::uint32_t c) {
    const GoneColumn* going = find(gone_, reading_.columns[c]);
    if (going == nullptr) return;
    const std::size_t in = is_gone_.size();
    is_gone_[c] = true;
    if (going->constant != 0) shifted_ = true;
    for (std::size_t k = 0; k < out_; ++k) {
      const double w = weight_[k * in + c];
      if (going->constant != 0) bias_[k] += w * going->constant;
      if (going->twin != no_index) weight_[k * in + (c - going->column + going->twin)] += w * going->scale;
    }
  }

  Draft& draft_;
  const LinearReading& reading_;
  const GoneColumns& gone_;
  format::LinearOp op_;
  std::vector<double> weight_, bias_;
  std::vector<bool> is_gone_;
  std::size_t out_ = 0;
  bool shifted_ = false;
};

// Concats of the values: narrower, or without those that went whole, and gone themselves where nothing is left.
void narrow_concats(Draft& draft, const GoneColumns& gone) {
  std::vector<std::uint32_t> left(draft.desc.values.size());
  for (std::uint32_t v = 0; v < left.size(); ++v) left[v] = draft.columns(v);
  std::vector<bool> changed(left.size());
  for (const auto& [value, columns] : gone) {
    left[value] -= static_cast<std::uint32_t>(columns.size());
    changed[value] = true;
  }
  for (format::NodeDesc& node : draft.desc.nodes) {  // in topological order, so that nested concats follow
    const std::uint32_t output = node.outputs[0];
    const auto is_changed = [&changed](std::uint32_t v) { return changed[v]; };
    if (!is_concat(node) || std::none_of(node.inputs.begin(), node.inputs.end(), is_changed)) continue;
    std::erase_if(node.inputs, [&left](std::uint32_t v) { return left[v] == 0; });
    left[output] = 0;
    for (const std::uint32_t input : node.inputs) left[output] += left[input];
    changed[output] = true;
    draft.reshape(output, left[output]);
  }
  for (const auto& [value, columns] : gone)
    if (left[value] > 0) draft.reshape(value, left[value]);
}

}  // namespace

std::uint32_t odd_reader(const format::ModelDesc& desc, const Wiring& wiring, std::uint32_t value) {
  for (const std::uint32_t reader : wiring.readers[value]) {
    const format::NodeDesc& node = desc.nodes[reader];
    if (is_concat(node)) {
      const std::uint32_t odd = odd_reader(desc, wiring, node.outputs[0]);
      if (odd != no_index) return odd;
    } else if (!std::holds_alternative<format::LinearOp>(node.op)) {
      return reader;
    }
  }
  return no_index;
}

std::vector<LinearReading> linear_readings(const Draft& draft, const Wiring& wiring,
                                           const std::vector<std::uint32_t>& values) {
  std::vector<LinearReading> readings;
  for (std::uint32_t node = 0; node < draft.desc.nodes.size(); ++node) {
    if (!std::holds_alternative<format::LinearOp>(draft.desc.nodes[node].op)) continue;
    LinearReading reading{node, {}};
    flatten(draft, wiring, values, draft.desc.nodes[node].inputs[0], reading.columns);
    const auto is_read = [&values](const auto& at) {
      return std::find(values.begin(), values.end(), at.first) != values.end();
    };
    if (std::any_of(reading.columns.begin(), reading.columns.end(), is_read)) readings.push_back(std::move(reading));
  }
  return readings;
}

void take_out(Draft& draft, const GoneColumns& gone) {
  std::vector<std::uint32_t> values;
  for (const auto& [value, columns] : gone) values.push_back(value);
  const Wiring wiring(draft.desc);
  for (const LinearReading& reading : linear_readings(draft, wiring, values))
    NarrowedLinear(draft, reading, gone).apply();
  narrow_concats(draft, gone);
}

}  // namespace clicklens::lens
