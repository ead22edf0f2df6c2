#include "exec/session_options.h"

#include <algorithm>
#include <cmath>

#include "exec/exchanged_inputs.h"
#include "kernels/dispatch.h"

namespace clicklens::exec {
namespace {

using base::Code;
using base::Status;

constexpr std::size_t most_tile_rows = 1024;

Status check_values(const Model& model, const std::vector<std::uint32_t>& values, const char* what) {
  std::vector<bool> seen(model.desc().values.size());
  for (const std::uint32_t value : values) {
    if (value >= seen.size())
      return Status::error(Code::invalid_argument, "session: %s value %u of %zu", what, value, seen.size());
    if (seen[value]) return Status::error(Code::invalid_argument, "session: %s value %u twice", what, value);
    seen[value] = true;
  }
  return {};
}

Status check_probe(const Model& model, const ProbeWeights& probe, std::size_t index) {
  if (probe.value >= model.desc().values.size())
    return Status::error(Code::invalid_argument, "session: probe %zu of value %u of %zu", index, probe.value,
                         model.desc().values.size());
  const char* name = model.desc().values[probe.value].name.c_str();
  const std::uint32_t columns = model.graph().values[probe.value].columns();
  if (probe.weights.size() != columns)
    return Status::error(Code::invalid_argument, "session: probe %zu has %zu weights, value '%s' %u columns", index,
                         probe.weights.size(), name, columns);
  const auto is_finite = [](float w) { return std::isfinite(w); };
  if (is_finite(probe.bias) && std::all_of(probe.weights.begin(), probe.weights.end(), is_finite)) return {};
  return Status::error(Code::invalid_argument, "session: probe %zu of value '%s' has a weight that is not finite",
                       index, name);
}

Status check_precision(const Model& model, const SessionOptions& options) {
  CLENS_TRY(check_values(model, options.full_precision, "keeps in full precision"));
  for (const std::uint32_t value : options.full_precision)
    if (!model.op(model.graph().values[value].producer).takes_precision())
      return Status::error(Code::invalid_argument, "session: keeps value '%s' in full precision, which no linear makes",
                           model.desc().values[value].name.c_str());
  if (options.precision == ops::Precision::f32 || !options.gradients) return {};
  return Status::error(Code::unsupported, "session: gradients in reduced precision; explain with a float32 session");
}

Status check_given(const Model& model, const SessionOptions& options) {
  if (options.given_inputs && (options.cache || options.group_gradients))
    return Status::error(Code::unsupported, "session: given inputs with a candidate cache or group gradients");
  if (!options.pairs) return {};
  if (!options.given_inputs || !options.gradients || options.tile_rows % 2 != 0)
    return Status::error(Code::invalid_argument, "session: pairs need given inputs, gradients and even tile_rows");
  for (std::uint32_t node = 0; node < model.desc().nodes.size(); ++node)
    if (model.op(node).response() == ops::Response::other)
      return Status::error(Code::unsupported, "session: differences are not defined for operator %s (node '%s')",
                           model.op(node).name(), model.desc().nodes[node].name.c_str());
  return {};
}

Status check_exchanges(const Model& model, const SessionOptions& options) {
  if (options.inputs_only && (options.gradients || !options.probes.empty() || options.given_inputs))
    return Status::error(Code::invalid_argument, "session: of inputs alone, with gradients, probes or given inputs");
  if (!options.exchanges) return {};
  if (!options.given_inputs || options.gradients || !options.captures.empty() || !options.probes.empty())
    return Status::error(Code::invalid_argument,
                         "session: exchanges need given inputs, no gradients, captures, probes");
  const ExchangedInputs inputs(model);
  for (const std::uint32_t value : options.observed)
    if (inputs.holds_inputs(value))
      return Status::error(Code::invalid_argument, "session: observes pooled inputs '%s' behind exchanges",
                           model.desc().values[value].name.c_str());
  return inputs.check();
}

Status check_exit(const Model& model, const SessionOptions& options) {
  if (!options.exit) return {};
  const ExitRule& exit = *options.exit;
  if (exit.probe >= options.probes.size())
    return Status::error(Code::invalid_argument, "session: exits by probe %u of %zu", exit.probe,
                         options.probes.size());
  if (!std::isfinite(exit.bound))
    return Status::error(Code::invalid_argument, "session: the bound of the early exit is not finite");
  if (model.desc().outputs.size() != 1)
    return Status::error(Code::unsupported, "session: early exit from a model of %zu outputs; one probe has one score",
                         model.desc().outputs.size());
  if (options.gradients) return Status::error(Code::unsupported, "session: early exit with gradients");
  if (!options.observed.empty()) return Status::error(Code::unsupported, "session: early exit with observed values");
  const std::uint32_t value = options.probes[exit.probe].value;
  if (model.graph().values[value].scope() != graph::Scope::request) return {};
  return Status::error(Code::unsupported, "session: early exit at value '%s', which is the same for all candidates",
                       model.desc().values[value].name.c_str());
}

}  // namespace

std::vector<std::uint32_t> spared_linears(const Model& model, ops::Precision precision,
                                          std::vector<std::uint32_t> full_precision) {
  const auto is_full_anyway = [&](std::uint32_t value) {
    return precision == ops::Precision::f32 || model.graph().values[value].columns() == 1;
  };
  std::erase_if(full_precision, is_full_anyway);
  std::sort(full_precision.begin(), full_precision.end());
  return full_precision;
}

base::Result<const kernels::Table*> kernels_for(const kernels::Table* named, ops::Precision precision) noexcept {
  if (named != nullptr) return named;
  return precision == ops::Precision::f32 ? kernels::active_table() : kernels::active_reduced_table();
}

Status check_options(const Model& model, const SessionOptions& options) {
  if (options.strands > most_strands)
    return Status::error(Code::invalid_argument, "session: %zu strands, allowed %zu", options.strands, most_strands);
  if (options.tile_rows > most_tile_rows)
    return Status::error(Code::invalid_argument, "session: tile_rows %zu, allowed %zu", options.tile_rows,
                         most_tile_rows);
  CLENS_TRY(check_values(model, options.captures, "captures"));
  CLENS_TRY(check_values(model, options.observed, "observes"));
  CLENS_TRY(check_values(model, options.observed_gradients, "observes the gradient of"));
  if (!options.observed_gradients.empty() && !options.gradients)
    return Status::error(Code::invalid_argument, "session: observes gradients, but is made without");
  for (std::size_t i = 0; i < options.probes.size(); ++i) CLENS_TRY(check_probe(model, options.probes[i], i));
  CLENS_TRY(check_precision(model, options));
  CLENS_TRY(check_given(model, options));
  CLENS_TRY(check_exchanges(model, options));
  return check_exit(model, options);
}

}  // namespace clicklens::exec
