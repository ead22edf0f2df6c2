#include <array>
#include <cstdio>

#include "commands/commands.h"
#include "engine/engine.h"
#include "error.h"

namespace clicklens::cli {
namespace {

const char* column_name(std::uint32_t kind) noexcept {
  constexpr std::array names = {"rows", "integers", "strings", "numbers"};
  return kind < names.size() ? names[kind] : "?";
}

void add_features(const Model& model, InspectReport& report) {
  for (std::size_t i = 0; i < model.info().features; ++i) {
    const clens_feature_info info = model.feature_info(i);
    report.features.push_back(InspectReport::Feature{
        info.name, info.group, info.dense != 0 ? "dense" : "sparse", scope_name(info.scope), column_name(info.column),
        info.required != 0, info.weighted != 0, info.width, info.rows, info.max_length});
  }
}

void add_tables(const Model& model, InspectReport& report) {
  for (std::size_t i = 0; i < model.info().tables; ++i) {
    clens_table_info info = CLENS_TABLE_INFO_INIT;
    check(clens_model_table(model.get(), i, &info));
    report.tables.push_back(InspectReport::Table{info.name, info.type, info.rows, info.dim, info.bytes});
  }
}

void add_layers(const Model& model, InspectReport& report) {
  for (std::size_t i = 0; i < model.info().layers; ++i) {
    clens_named_value layer = CLENS_NAMED_VALUE_INIT;
    check(clens_model_layer(model.get(), i, &layer));
    clens_value_info value = CLENS_VALUE_INFO_INIT;
    check(clens_model_value(model.get(), layer.value, &value));
    report.layers.push_back(InspectReport::Layer{layer.name, value.op, scope_name(value.scope), value.width});
  }
}

void add_metadata(const Model& model, InspectReport& report) {
  for (std::size_t i = 0; i < model.info().metadata; ++i) {
    const char* key = nullptr;
    const char* value = nullptr;
    check(clens_model_metadata(model.get(), i, &key, &value));
    report.metadata.push_back(InspectReport::Pair{key, value});
  }
}

void verify(const Model& model, InspectReport& report) {
  check(clens_model_verify_segments(model.get()));
  report.segments = "ok";
  const clens_status status = clens_model_self_test(model.get());
  if (status != CLENS_E_NOT_FOUND) check(status);
  report.self_test = status == CLENS_OK ? "ok" : "none";
}

// Asked for by itself: a model without rows to replay has not passed.
void replay_self_test(const Model& model, const std::string& path, InspectReport& report) {
  const clens_status status = clens_model_self_test(model.get());
  if (status == CLENS_E_NOT_FOUND) throw Error(join({path, ": holds no self-test rows"}));
  try {
    check(status);
  } catch (const Error& error) {
    throw Error(join({path, ": ", error.what()}));
  }
  report.self_test = "ok";
}

}  // namespace

std::string id_text(std::uint64_t high, std::uint64_t low) {
  std::array<char, 33> text{};
  std::snprintf(text.data(), text.size(), "%016llx%016llx", static_cast<unsigned long long>(high),
                static_cast<unsigned long long>(low));
  return text.data();
}

const char* scope_name(std::uint32_t scope) noexcept {
  constexpr std::array names = {"request", "candidate", "pair"};
  return scope < names.size() ? names[scope] : "?";
}

InspectReport inspect(const InspectOptions& options) {
  const Model model(options.model);
  const clens_model_info& info = model.info();
  InspectReport report;
  report.file = options.model;
  report.name = info.name;
  report.id = id_text(info.id_high, info.id_low);
  report.library = clens_version_string();
  const char* isa = nullptr;
  check(clens_isa(&isa));
  report.isa = isa;
  report.arithmetic_version = info.arithmetic_version;
  report.file_size = info.file_size;
  report.parameters = info.parameters;
  report.nodes = info.nodes;
  report.groups = model.groups();
  report.outputs = model.tasks();
  add_features(model, report);
  add_tables(model, report);
  add_layers(model, report);
  add_operators(model, report);
  add_metadata(model, report);
  if (options.verify) verify(model, report);
  if (options.self_test) replay_self_test(model, options.model, report);
  if (options.cost) report.cost = cost(model.get(), options.costs);
  return report;
}

}  // namespace clicklens::cli
