#include "format/unpack.h"

#include <cstring>

#include "base/memory.h"
#include "format/flatbuffer_parts.h"
#include "format/requirements.h"
#include "format/verify.h"
#include "format/writer.h"

namespace clicklens::format {
namespace {

using base::Code;
using base::Status;

// What is copied out may be this many times the FlatBuffer: composers do share strings.
constexpr std::size_t sharing = 8;

Status check_size(std::span<const std::byte> bytes, const base::Limits& limits) noexcept {
  // The Verifier asserts on sizes of 2 GiB and more, hence the check whatever the limits say.
  if (bytes.size() > limits.flatbuffer_bytes || bytes.size() >= FLATBUFFERS_MAX_BUFFER_SIZE)
    return Status::error(Code::limit_exceeded, "FlatBuffer: %zu bytes are above the limit", bytes.size());
  return {};
}

Status verify_flatbuffer(std::span<const std::byte> bytes) noexcept {
  flatbuffers::Verifier verifier = verifier_of(bytes);
  if (!fbs::VerifyModelBuffer(verifier))
    return Status::error(Code::bad_file, "FlatBuffer: not a valid Model (identifier %s)", fbs::ModelIdentifier());
  return {};
}

// Named before the rest is read, so that a newer file is told from a broken one.
Status read_requirements(Reader& reader, const fbs::Model& model, ModelDesc& desc) {
  desc.requirements =
      reader.tables<RequirementDesc>(model.requirements(), [&](const fbs::Requirement& from, std::size_t i) {
        reader.enter("requirements", i);
        return RequirementDesc{reader.name(from.name(), "name"), reader.name(from.since(), "since")};
      });
  CLENS_TRY(reader.status());
  return check_requirements_known(desc.requirements);
}

void read_data(Reader& reader, const fbs::Model& model, ModelDesc& desc) {
  desc.segments = reader.tables<SegmentDesc>(model.segments(), [](const fbs::Segment& from, std::size_t) {
    return SegmentDesc{from.offset(), from.size(), from.xxh3()};
  });
  desc.tables = reader.tables<TableDesc>(model.tables(), [&](const fbs::EmbeddingTable& from, std::size_t i) {
    reader.enter("tables", i);
    return TableDesc{reader.name(from.name(), "name"),
                     from.rows(),
                     from.dim(),
                     reader.enumerator<ElementType>(from.type(), "type"),
                     from.segment(),
                     from.row_stride()};
  });
  desc.constants = reader.tables<ConstantDesc>(model.constants(), [&](const fbs::Constant& from, std::size_t i) {
    reader.enter("constants", i);
    return ConstantDesc{reader.name(from.name(), "name"), reader.numbers(from.shape()), from.segment()};
  });
}

void read_graph(Reader& reader, const fbs::Model& model, ModelDesc& desc) {
  desc.encoders = reader.tables<EncoderDesc>(model.encoders(), [&](const fbs::Encoder& from, std::size_t i) {
    reader.enter("encoders", i);
    return read_encoder(reader, from);
  });
  desc.features = reader.tables<FeatureDesc>(model.features(), [&](const fbs::Feature& from, std::size_t i) {
    reader.enter("features", i);
    return read_feature(reader, from);
  });
  desc.values = reader.tables<ValueDesc>(model.values(), [&](const fbs::Value& from, std::size_t i) {
    reader.enter("values", i);
    return ValueDesc{reader.name(from.name(), "name"), from.fields(), from.width()};
  });
  desc.nodes = reader.tables<NodeDesc>(model.nodes(), [&](const fbs::Node& from, std::size_t i) {
    reader.enter("nodes", i);
    return read_node(reader, from);
  });
}

void read_names(Reader& reader, const fbs::Model& model, ModelDesc& desc) {
  desc.outputs = reader.tables<OutputDesc>(model.outputs(), [&](const fbs::Output& from, std::size_t i) {
    reader.enter("outputs", i);
    return OutputDesc{reader.name(from.name(), "name"), from.logit()};
  });
  desc.layers = reader.tables<LayerDesc>(model.layers(), [&](const fbs::Layer& from, std::size_t i) {
    reader.enter("layers", i);
    return LayerDesc{reader.name(from.name(), "name"), from.value()};
  });
  desc.metadata = reader.tables<MetadataDesc>(model.metadata(), [&](const fbs::Metadata& from, std::size_t i) {
    reader.enter("metadata", i);
    return MetadataDesc{reader.name(from.key(), "key"), reader.free_text(from.value(), "value")};
  });
  if (const auto* test = model.self_test(); test != nullptr)
    desc.self_test = {reader.numbers(test->batch()), reader.numbers(test->logits())};
  desc.probes = reader.numbers(model.probes());
  desc.profile = reader.numbers(model.profile());
}

base::Result<ModelDesc> parse_aligned(std::span<const std::byte> bytes, const base::Limits& limits) {
  CLENS_TRY(verify_flatbuffer(bytes));
  const fbs::Model& model = *fbs::GetModel(bytes.data());
  CLENS_TRY(check_counts(model.segments() != nullptr ? model.segments()->size() : 0,
                         model.features() != nullptr ? model.features()->size() : 0,
                         model.nodes() != nullptr ? model.nodes()->size() : 0, limits));
  Reader reader(sharing * bytes.size());
  ModelDesc desc;
  desc.name = reader.name(model.name(), "name");
  desc.arithmetic_version = model.arithmetic_version();
  CLENS_TRY(read_requirements(reader, model, desc));
  read_data(reader, model, desc);
  read_graph(reader, model, desc);
  read_names(reader, model, desc);
  CLENS_TRY(reader.status());
  return desc;
}

}  // namespace

base::Result<ModelDesc> parse_model(std::span<const std::byte> flatbuffer, const base::Limits& limits) {
  CLENS_TRY(check_size(flatbuffer, limits));
  constexpr std::uintptr_t alignment = 16;
  if (reinterpret_cast<std::uintptr_t>(flatbuffer.data()) % alignment == 0) return parse_aligned(flatbuffer, limits);
  auto copy = base::AlignedBlock::allocate(flatbuffer.size());
  if (!copy.ok()) return copy.status();
  if (!flatbuffer.empty()) std::memcpy(copy->data(), flatbuffer.data(), flatbuffer.size());
  return parse_aligned({copy->data(), copy->size()}, limits);
}

}  // namespace clicklens::format
