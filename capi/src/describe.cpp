// What a model is made of. Strings given out are the model's own.
#include <algorithm>
#include <cstring>

#include "format/node_constants.h"
#include "guard.h"
#include "handles.h"
#include "sized.h"

namespace clicklens::capi {
namespace {

using base::Code;
using base::Status;

Status check_index(std::size_t index, std::size_t count, const char* list) noexcept {
  if (index < count) return {};
  return Status::error(Code::invalid_argument, "index: %zu, the model has %zu %s", index, count, list);
}

// The body of a function that describes one of a list: checks, lets `fill` write, copies.
template <class Info, class Fill>
clens_status describe(const clens_model* model, Info* info, Fill&& fill) noexcept {
  return guard([&]() -> Status {
    CLENS_TRY(require(model, "model"));
    CLENS_TRY(require(info, "info"));
    Info known{};
    known.struct_size = sizeof known;
    CLENS_TRY(fill(*model->model, known));
    return write_sized(known, "info", info);
  });
}

std::uint64_t count_parameters(const format::ModelDesc& desc) noexcept {
  std::uint64_t count = 0;
  for (const format::TableDesc& table : desc.tables) count += table.rows * table.dim;
  for (const format::ConstantDesc& constant : desc.constants) count += format::count_numbers(constant);
  return count;
}

void fill_model(const exec::Model& model, clens_model_info& info) noexcept {
  const format::ModelDesc& desc = model.desc();
  info.name = desc.name.c_str();
  info.id_low = model.file().id().low;
  info.id_high = model.file().id().high;
  info.arithmetic_version = desc.arithmetic_version;
  info.file_size = model.file().file_size();
  info.parameters = count_parameters(desc);
  info.features = desc.features.size();
  info.groups = model.groups().size();
  info.tables = desc.tables.size();
  info.nodes = desc.nodes.size();
  info.values = desc.values.size();
  info.layers = desc.layers.size();
  info.outputs = desc.outputs.size();
  info.metadata = desc.metadata.size();
  info.input_width = model.input_width();
}

void fill_feature(const exec::Model& model, std::uint32_t index, clens_feature_info& info) noexcept {
  const format::FeatureDesc& feature = model.desc().features[index];
  const bool dense = feature.kind == format::FeatureKind::dense;
  info.name = feature.name.c_str();
  info.group = feature.group.c_str();
  info.group_index = model.group_of(index);
  info.dense = dense ? 1 : 0;
  info.scope = static_cast<std::uint32_t>(feature.scope);
  info.required = feature.required ? 1 : 0;
  info.column = static_cast<std::uint32_t>(raw_kind(model, feature));
  info.weighted = feature.weighted ? 1 : 0;
  info.max_length = feature.max_length;
  std::uint64_t pooled = 0;
  for (const exec::InputBlock& block : model.inputs()) {
    if (block.feature < index) info.input_begin += block.width;
    if (block.feature == index) pooled += block.width;
  }
  info.width = dense ? feature.width : pooled;
  if (!dense) info.rows = model.encoder(feature.encoder)->rows();
}

const char* type_name(format::ElementType type) noexcept {
  constexpr const char* names[] = {"f32", "f16", "bf16", "int8", "int4"};
  return names[static_cast<std::size_t>(type)];
}

template <class Named>
void fill_named(const Named& from, std::uint32_t value, clens_named_value& info) noexcept {
  info.name = from.name.c_str();
  info.value = value;
}

// A layer's name, else a value's, else an output's.
std::uint32_t find_value(const format::ModelDesc& desc, const char* name) noexcept {
  for (const format::LayerDesc& layer : desc.layers)
    if (layer.name == name) return layer.value;
  for (std::uint32_t i = 0; i < desc.values.size(); ++i)
    if (desc.values[i].name == name) return i;
  for (const format::OutputDesc& output : desc.outputs)
    if (output.name == name) return output.logit;
  return format::no_index;
}

}  // namespace

encode::ColumnKind raw_kind(const exec::Model& model, const format::FeatureDesc& feature) noexcept {
  if (feature.kind == format::FeatureKind::dense) return encode::ColumnKind::floats;
  const format::KeyType key = model.encoder(feature.encoder)->key_type();
  return key == format::KeyType::u64 ? encode::ColumnKind::keys : encode::ColumnKind::strings;
}

}  // namespace clicklens::capi

using clicklens::base::Code;
using clicklens::base::Status;
using clicklens::capi::check_index;
using clicklens::capi::describe;
using clicklens::capi::guard;
using clicklens::capi::require;
using clicklens::exec::Model;

clens_status clens_model_describe(const clens_model* model, clens_model_info* info) {
  return describe(model, info, [](const Model& from, clens_model_info& to) -> Status {
    clicklens::capi::fill_model(from, to);
    return {};
  });
}

clens_status clens_model_feature(const clens_model* model, size_t index, clens_feature_info* info) {
  return describe(model, info, [&](const Model& from, clens_feature_info& to) -> Status {
    CLENS_TRY(check_index(index, from.desc().features.size(), "features"));
    clicklens::capi::fill_feature(from, static_cast<std::uint32_t>(index), to);
    return {};
  });
}

clens_status clens_model_value(const clens_model* model, size_t index, clens_value_info* info) {
  return describe(model, info, [&](const Model& from, clens_value_info& to) -> Status {
    CLENS_TRY(check_index(index, from.desc().values.size(), "values"));
    const auto& value = from.graph().values[index];
    to.name = from.desc().values[index].name.c_str();
    to.op = from.op(value.producer).name();
    to.scope = static_cast<std::uint32_t>(value.scope());
    to.width = value.columns();
    to.fields = value.fields;
    to.node = value.producer;
    std::uint64_t* const of_scope[] = {&to.request_columns, &to.candidate_columns, &to.pair_columns};
    for (const auto& run : value.runs) *of_scope[static_cast<std::size_t>(run.scope)] += run.count;
    return {};
  });
}

clens_status clens_model_find_value(const clens_model* model, const char* name, size_t* index) {
  return guard([&]() -> Status {
    CLENS_TRY(require(model, "model"));
    CLENS_TRY(require(name, "name"));
    CLENS_TRY(require(index, "index"));
    const std::uint32_t found = clicklens::capi::find_value(model->model->desc(), name);
    if (found == clicklens::format::no_index)
      return Status::error(Code::not_found, "the model has no layer, value or output '%.200s'", name);
    *index = found;
    return {};
  });
}

clens_status clens_model_layer(const clens_model* model, size_t index, clens_named_value* info) {
  return describe(model, info, [&](const Model& from, clens_named_value& to) -> Status {
    CLENS_TRY(check_index(index, from.desc().layers.size(), "layers"));
    clicklens::capi::fill_named(from.desc().layers[index], from.desc().layers[index].value, to);
    return {};
  });
}

clens_status clens_model_output(const clens_model* model, size_t index, clens_named_value* info) {
  return describe(model, info, [&](const Model& from, clens_named_value& to) -> Status {
    CLENS_TRY(check_index(index, from.desc().outputs.size(), "outputs"));
    clicklens::capi::fill_named(from.desc().outputs[index], from.desc().outputs[index].logit, to);
    return {};
  });
}

clens_status clens_model_table(const clens_model* model, size_t index, clens_table_info* info) {
  return describe(model, info, [&](const Model& from, clens_table_info& to) -> Status {
    CLENS_TRY(check_index(index, from.desc().tables.size(), "tables"));
    const auto& table = from.desc().tables[index];
    to.name = table.name.c_str();
    to.type = clicklens::capi::type_name(table.type);
    to.rows = table.rows;
    to.dim = table.dim;
    to.bytes = table.rows * table.row_stride;
    return {};
  });
}

clens_status clens_model_group(const clens_model* model, size_t index, const char** name) {
  return guard([&]() -> Status {
    CLENS_TRY(require(model, "model"));
    CLENS_TRY(require(name, "name"));
    CLENS_TRY(check_index(index, model->model->groups().size(), "groups"));
    *name = model->model->groups()[index].c_str();
    return {};
  });
}

clens_status clens_model_metadata(const clens_model* model, size_t index, const char** key, const char** value) {
  return guard([&]() -> Status {
    CLENS_TRY(require(model, "model"));
    CLENS_TRY(require(key, "key"));
    CLENS_TRY(require(value, "value"));
    const auto& metadata = model->model->desc().metadata;
    CLENS_TRY(check_index(index, metadata.size(), "metadata"));
    *key = metadata[index].key.c_str();
    *value = metadata[index].value.c_str();
    return {};
  });
}
