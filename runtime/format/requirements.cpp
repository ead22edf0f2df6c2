#include "format/requirements.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>
#include <set>
#include <string_view>

#include "format/text.h"

namespace clicklens::format {
namespace {

struct Capability {
  const char* name;
  const char* since;  // first version of clicklens that has it
};

constexpr Capability known[] = {
    {"operator.embedding_bag", "0.1"},
    {"operator.dense_input", "0.1"},
    {"operator.concat", "0.1"},
    {"operator.linear", "0.1"},
    {"operator.batch_norm", "0.1"},
    {"operator.activation", "0.1"},
    {"operator.add", "0.1"},
    {"operator.multiply", "0.1"},
    {"operator.sum", "0.1"},
    {"operator.calibration", "0.1"},
    {"operator.bi_interaction", "0.1"},
    {"operator.pairwise_dot", "0.1"},
    {"operator.field_linear", "0.1"},
    {"operator.matmul", "0.1"},
    {"operator.softmax", "0.1"},
    {"operator.layer_norm", "0.1"},
    {"operator.subtract", "0.1"},
    {"operator.divide", "0.1"},
    {"operator.maximum", "0.1"},
    {"operator.minimum", "0.1"},
    {"operator.clip", "0.1"},
    {"batch_norm.one", "0.1"},
    {"operator.select", "0.1"},
    {"operator.field_mix", "0.1"},
    {"operator.field_max", "0.1"},
    {"operator.sequence", "0.1"},
    {"operator.sequence_mask", "0.1"},
    {"operator.gru", "0.1"},
    {"gru.agru", "0.1"},
    {"gru.augru", "0.1"},
    {"broadcast", "0.1"},
    {"activation.relu", "0.1"},
    {"activation.leaky_relu", "0.1"},
    {"activation.prelu", "0.1"},
    {"activation.sigmoid", "0.1"},
    {"activation.tanh", "0.1"},
    {"activation.gelu", "0.1"},
    {"activation.gelu_tanh", "0.1"},
    {"activation.silu", "0.1"},
    {"activation.softplus", "0.1"},
    {"activation.elu", "0.1"},
    {"activation.exp", "0.1"},
    {"activation.log", "0.1"},
    {"activation.sqrt", "0.1"},
    {"activation.abs", "0.1"},
    {"activation.erf", "0.1"},
    {"activation.reciprocal", "0.1"},
    {"encoder.identity", "0.1"},
    {"encoder.hash.xxh3", "0.1"},
    {"encoder.hash.farmhash64", "0.1"},
    {"encoder.hash.murmurhash3", "0.1"},
    {"encoder.vocabulary", "0.1"},
    {"transform.log1p", "0.1"},
    {"transform.standardise", "0.1"},
    {"transform.bucketise", "0.1"},
    {"pooling.sum", "0.1"},
    {"pooling.mean", "0.1"},
    {"pooling.sqrtn", "0.1"},
    {"pooling.max", "0.1"},
    {"table.f32", "0.1"},
    {"table.f16", "0.1"},
    {"table.bf16", "0.1"},
    {"table.i8_row", "0.1"},
    {"table.i4_row", "0.1"},
};

// Names by the number that says which: index of a variant's member, or an enum's value.
constexpr std::array operators{"operator.embedding_bag", "operator.dense_input",    "operator.concat",
                               "operator.linear",        "operator.batch_norm",     "operator.activation",
                               "operator.add",           "operator.multiply",       "operator.sum",
                               "operator.calibration",   "operator.bi_interaction", "operator.pairwise_dot",
                               "operator.field_linear",  "operator.matmul",         "operator.softmax",
                               "operator.layer_norm",    "operator.subtract",       "operator.divide",
                               "operator.maximum",       "operator.minimum",        "operator.clip",
                               "operator.select",        "operator.field_mix",      "operator.field_max",
                               "operator.sequence",      "operator.sequence_mask",  "operator.gru"};
constexpr std::array activations{
    "activation.relu",     "activation.leaky_relu", "activation.prelu",     "activation.sigmoid",
    "activation.tanh",     "activation.gelu",       "activation.gelu_tanh", "activation.silu",
    "activation.softplus", "activation.elu",        "activation.exp",       "activation.log",
    "activation.sqrt",     "activation.abs",        "activation.erf",       "activation.reciprocal"};
constexpr std::array hashes{"encoder.hash.xxh3", "encoder.hash.farmhash64", "encoder.hash.murmurhash3"};
constexpr std::array transforms{"transform.log1p", "transform.standardise", "transform.bucketise"};
constexpr std::array poolings{"pooling.sum", "pooling.mean", "pooling.sqrtn", "pooling.max"};
constexpr std::array table_names{"table.f32", "table.f16", "table.bf16", "table.i8_row", "table.i4_row"};

static_assert(operators.size() == std::variant_size_v<OperatorDesc>);
static_assert(activations.size() == static_cast<std::size_t>(ActivationKind::reciprocal) + 1);
static_assert(transforms.size() == std::variant_size_v<TransformDesc>);

const char* encoder_name(const EncoderDesc& encoder) {
  if (std::holds_alternative<IdentityEncoder>(encoder.encoder)) return "encoder.identity";
  if (std::holds_alternative<VocabularyEncoder>(encoder.encoder)) return "encoder.vocabulary";
  return hashes.at(static_cast<std::size_t>(std::get<HashEncoder>(encoder.encoder).algorithm));
}

using Names = std::set<std::string_view>;

void collect_feature(const FeatureDesc& feature, Names& names) {
  if (feature.kind == FeatureKind::sparse) names.insert(poolings.at(static_cast<std::size_t>(feature.pooling)));
  for (const TransformDesc& transform : feature.transforms) names.insert(transforms.at(transform.index()));
}

// Null: no such input, which verification says later; a description in the making is completed first.
const ValueDesc* input_of(const NodeDesc& node, std::size_t i, const ModelDesc& desc) {
  return i < node.inputs.size() && node.inputs[i] < desc.values.size() ? &desc.values[node.inputs[i]] : nullptr;
}

// Before, inputs of different shapes were refused.
bool broadcasts(const NodeDesc& node, const ModelDesc& desc) {
  if (!std::holds_alternative<AddOp>(node.op) && !std::holds_alternative<MultiplyOp>(node.op)) return false;
  const ValueDesc *a = input_of(node, 0, desc), *b = input_of(node, 1, desc);
  return a != nullptr && b != nullptr && (a->fields != b->fields || a->width != b->width);
}

// Before, a batch norm of one scale for several columns was refused.
bool repeats_scale(const NodeDesc& node, const ModelDesc& desc) {
  const auto* norm = std::get_if<BatchNormOp>(&node.op);
  const ValueDesc* x = input_of(node, 0, desc);
  if (norm == nullptr || x == nullptr || norm->scale >= desc.constants.size()) return false;
  return desc.constants[norm->scale].shape == std::vector<std::uint64_t>{1} && (x->fields > 1 || x->width > 1);
}

void collect_node(const NodeDesc& node, const ModelDesc& desc, Names& names) {
  names.insert(operators.at(node.op.index()));
  if (broadcasts(node, desc)) names.insert("broadcast");
  if (repeats_scale(node, desc)) names.insert("batch_norm.one");
  if (const auto* activation = std::get_if<ActivationOp>(&node.op))
    names.insert(activations.at(static_cast<std::size_t>(activation->kind)));
  if (const auto* gru = std::get_if<GruOp>(&node.op); gru != nullptr && gru->kind != GruKind::gru)
    names.insert(gru->kind == GruKind::agru ? "gru.agru" : "gru.augru");
}

const Capability* find_known(std::string_view name) noexcept {
  const auto* found = std::ranges::find(known, name, [](const Capability& c) { return std::string_view(c.name); });
  return found == std::end(known) ? nullptr : found;
}

bool listed(const ModelDesc& desc, std::string_view name) noexcept {
  return std::ranges::find(desc.requirements, name, &RequirementDesc::name) != desc.requirements.end();
}

}  // namespace

std::vector<RequirementDesc> required_capabilities(const ModelDesc& desc) {
  Names names;
  for (const EncoderDesc& encoder : desc.encoders) names.insert(encoder_name(encoder));
  for (const FeatureDesc& feature : desc.features) collect_feature(feature, names);
  for (const TableDesc& table : desc.tables) names.insert(table_names.at(static_cast<std::size_t>(table.type)));
  for (const NodeDesc& node : desc.nodes) collect_node(node, desc, names);
  std::vector<RequirementDesc> required;
  for (std::string_view name : names) {
    const Capability* capability = find_known(name);
    required.push_back({std::string(name), capability != nullptr ? capability->since : ""});
  }
  return required;
}

void complete_requirements(ModelDesc& desc) {
  for (RequirementDesc& requirement : required_capabilities(desc))
    if (!listed(desc, requirement.name)) desc.requirements.push_back(std::move(requirement));
}

base::Status check_requirements_known(std::span<const RequirementDesc> requirements) noexcept {
  for (const RequirementDesc& requirement : requirements) {
    if (find_known(requirement.name) != nullptr) continue;
    const bool dated = !requirement.since.empty();
    return base::Status::error(base::Code::unknown_requirement, "requirements: this clicklens does not know '%s'%s%s%s",
                               ShownName(requirement.name).text, dated ? "; version " : "",
                               ShownName(requirement.since).text, dated ? " does" : "");
  }
  return {};
}

base::Status check_requirements_complete(const ModelDesc& desc) {
  for (const RequirementDesc& requirement : required_capabilities(desc))
    if (!listed(desc, requirement.name))
      return base::Status::error(base::Code::bad_file, "requirements: '%s' is used but not listed",
                                 requirement.name.c_str());
  return {};
}

}  // namespace clicklens::format
