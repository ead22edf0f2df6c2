#include "lens/drift_trace.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <variant>

#include "base/stable_order.h"

namespace clicklens::lens {
namespace {

// A pooled column that a column of a value is the sum of.
struct Term {
  std::uint32_t input, group;
  double factor;
};
using Columns = std::vector<std::vector<Term>>;  // by column of a value

// A linear reads at most this many terms: files name their own shapes.
constexpr std::size_t most_terms = std::size_t{1} << 24;

class PooledColumns {
 public:
  explicit PooledColumns(const exec::Model& model) : model_(model), columns_(model.graph().values.size()) {
    for (const exec::InputBlock& block : model.inputs()) {
      Columns& to = columns_[block.value].emplace(block.width);
      for (std::uint32_t c = 0; c < block.width; ++c)
        to[c] = {{static_cast<std::uint32_t>(block.begin) + c, model.group_of(block.feature), 1}};
    }
    for (std::uint32_t node = 0; node < model.desc().nodes.size(); ++node) follow(node);
  }
  // Null: not a sum of pooled columns.
  [[nodiscard]] const Columns* of(std::uint32_t value) const { return columns_[value] ? &*columns_[value] : nullptr; }

 private:
  void follow(std::uint32_t node);
  void keep(std::uint32_t value, Columns columns) {
    for (const auto& column : columns) terms_ += column.size();
    if (terms_ <= most_terms) columns_[value] = std::move(columns);
  }

  const exec::Model& model_;
  std::vector<std::optional<Columns>> columns_;  // by value
  std::size_t terms_ = 0;
};

void PooledColumns::follow(std::uint32_t node) {
  const format::NodeDesc& desc = model_.desc().nodes[node];
  const std::uint32_t output = desc.outputs[0];
  if (columns_[output] || desc.inputs.empty()) return;
  std::vector<const Columns*> inputs;
  for (const std::uint32_t input : desc.inputs) {
    if (!columns_[input]) return;
    inputs.push_back(&*columns_[input]);
  }
  Columns made;
  if (model_.op(node).is_view()) {
    for (const Columns* input : inputs) made.insert(made.end(), input->begin(), input->end());
  } else if (const auto* select = std::get_if<format::SelectOp>(&desc.op)) {
    std::size_t terms = terms_;
    for (const std::uint32_t column : select->columns) {
      if ((terms += (*inputs[0])[column].size()) > most_terms) return;
      made.push_back((*inputs[0])[column]);
    }
  } else if (std::holds_alternative<format::AddOp>(desc.op)) {
    const std::size_t columns = model_.graph().values[output].columns();
    if (inputs[0]->size() != columns || inputs[1]->size() != columns) return;  // one is repeated
    made = *inputs[0];
    for (std::size_t c = 0; c < made.size(); ++c)
      made[c].insert(made[c].end(), (*inputs[1])[c].begin(), (*inputs[1])[c].end());
  } else if (std::holds_alternative<format::SumOp>(desc.op)) {
    made.resize(model_.graph().values[output].columns());
    for (std::size_t c = 0; c < inputs[0]->size(); ++c) {
      auto& to = made[c % made.size()];
      to.insert(to.end(), (*inputs[0])[c].begin(), (*inputs[0])[c].end());
    }
  } else if (const auto* norm = std::get_if<format::BatchNormOp>(&desc.op)) {
    const float* scale = model_.constant(norm->scale);
    const bool is_one = model_.desc().constants[norm->scale].shape[0] == 1;
    made = *inputs[0];
    for (std::size_t c = 0; c < made.size(); ++c)
      for (Term& term : made[c]) term.factor *= double{scale[is_one ? 0 : c]};
  } else {
    return;
  }
  keep(output, std::move(made));
}

// The linear whose columns a value's are, through operators that keep columns apart; no_index: none.
std::uint32_t linear_behind(const exec::Model& model, std::uint32_t value) {
  for (;;) {
    const std::uint32_t node = model.graph().values[value].producer;
    const format::NodeDesc& desc = model.desc().nodes[node];
    if (std::holds_alternative<format::LinearOp>(desc.op)) return node;
    const bool keeps =
        std::holds_alternative<format::ActivationOp>(desc.op) || std::holds_alternative<format::BatchNormOp>(desc.op);
    if (!keeps) return format::no_index;
    value = desc.inputs[0];
  }
}

// Of every pooled column, reference days weighed by their rows.
std::vector<double> shifts(std::span<const DriftDay> reference, const DriftDay& live) {
  std::vector<double> shift = live.inputs;
  double rows = 0;
  for (const DriftDay& day : reference) rows += static_cast<double>(day.rows);
  for (const DriftDay& day : reference)
    for (std::size_t c = 0; c < shift.size() && day.rows > 0; ++c)
      shift[c] -= day.inputs[c] * static_cast<double>(day.rows) / rows;
  return shift;
}

double reference_sd(std::span<const DriftDay> reference, std::size_t layer, std::size_t column) {
  double rows = 0, squares = 0;
  for (const DriftDay& day : reference) {
    const Quantity& of = day.layers[layer].columns[column].quantity;
    if (of.rows < 2) continue;
    rows += static_cast<double>(of.rows);
    squares += static_cast<double>(of.rows) * of.sd * of.sd;
  }
  return rows > 0 ? std::sqrt(squares / rows) : 0;
}

class Trace {
 public:
  Trace(const exec::Model& model, std::span<const DriftDay> reference, const DriftDay& live)
      : model_(model), reference_(reference), shift_(shifts(reference, live)) {}

  [[nodiscard]] DriftTrace of(std::size_t layer, std::uint32_t linear, const Columns& inputs,
                              const std::vector<std::uint32_t>& neurons, bool moved) const {
    const auto& op = std::get<format::LinearOp>(model_.desc().nodes[linear].op);
    const float* const weight = model_.constant(op.weight);
    std::vector<double> sums(model_.groups().size()), of_neuron(sums.size());
    DriftTrace trace{static_cast<std::uint32_t>(layer), 0, moved, {}};
    for (const std::uint32_t j : neurons) {
      const double sd = reference_sd(reference_, layer, j);
      if (!(sd > 0)) continue;
      std::fill(of_neuron.begin(), of_neuron.end(), 0.0);
      for (std::size_t c = 0; c < inputs.size(); ++c)
        for (const Term& term : inputs[c])
          of_neuron[term.group] += double{weight[j * inputs.size() + c]} * term.factor * shift_[term.input];
      for (std::size_t g = 0; g < sums.size(); ++g) sums[g] += std::abs(of_neuron[g]) / sd;
      ++trace.neurons;
    }
    for (std::uint32_t g = 0; g < sums.size(); ++g)
      trace.groups.push_back({g, trace.neurons > 0 ? sums[g] / trace.neurons : 0});
    base::stable_sort(trace.groups, [](const TracedGroup& a, const TracedGroup& b) { return a.shift > b.shift; });
    return trace;
  }

 private:
  const exec::Model& model_;
  std::span<const DriftDay> reference_;
  std::vector<double> shift_;
};

}  // namespace

std::vector<DriftTrace> trace_drift(const exec::Model& model, std::span<const DriftDay> reference, const DriftDay& live,
                                    std::span<const DriftMeasure> measures) {
  std::vector<DriftTrace> traces;
  if (live.inputs.empty() || live.inputs.size() != model.input_width() || live.rows == 0) return traces;
  if (std::all_of(reference.begin(), reference.end(), [](const DriftDay& day) { return day.rows == 0; })) return traces;
  const PooledColumns pooled(model);
  const Trace trace(model, reference, live);
  for (std::size_t l = 0; l < live.layers.size(); ++l) {
    const std::uint32_t linear = linear_behind(model, live.layers[l].value);
    if (linear == format::no_index) continue;
    const Columns* inputs = pooled.of(model.desc().nodes[linear].inputs[0]);
    if (inputs == nullptr) continue;
    std::vector<std::uint32_t> neurons;
    for (const DriftMeasure& m : measures)
      if (m.kind == DriftKind::neuron && m.subject == l && m.verdict == Verdict::found) neurons.push_back(m.column);
    const bool moved = !neurons.empty();
    if (!moved)
      for (std::uint32_t j = 0; j < live.layers[l].columns.size(); ++j) neurons.push_back(j);
    traces.push_back(trace.of(l, linear, *inputs, neurons, moved));
  }
  return traces;
}

}  // namespace clicklens::lens
