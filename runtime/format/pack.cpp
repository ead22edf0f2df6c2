// ModelDesc -> FlatBuffer. Every scalar is written even where it equals its default: the size then
// depends on counts and texts alone, so that offsets and hashes can be filled in after the segments
// have been placed behind it.
#include <cstring>

#include "format/flatbuffer_parts.h"
#include "format/writer.h"
#include "model_generated.h"

namespace clicklens::format {
namespace {

// pack(item) for every item.
template <class To, class From, class Pack>
Offset<flatbuffers::Vector<Offset<To>>> tables(Builder& builder, const std::vector<From>& from, Pack pack) {
  if (from.empty()) return 0;
  std::vector<Offset<To>> offsets;
  offsets.reserve(from.size());
  for (const From& item : from) offsets.push_back(pack(item));
  return builder.CreateVector(offsets);
}

// Enums of model_desc.h and of the schema have the same values.
template <class To, class From>
To same(From value) noexcept {
  return static_cast<To>(value);
}

template <class Union>
struct Member {
  Union type;
  Offset<void> offset;
};

Member<fbs::Encoding> pack_encoding(Builder& builder, const IdentityEncoder& from) {
  return {fbs::Encoding::IdentityEncoder, fbs::CreateIdentityEncoder(builder, from.rows).Union()};
}
Member<fbs::Encoding> pack_encoding(Builder& builder, const HashEncoder& from) {
  const auto salt = builder.CreateString(from.salt);
  return {fbs::Encoding::HashEncoder,
          fbs::CreateHashEncoder(builder, same<fbs::HashAlgorithm>(from.algorithm), same<fbs::KeyType>(from.key_type),
                                 from.seed, from.modulus, from.offset, salt)
              .Union()};
}
Member<fbs::Encoding> pack_encoding(Builder& builder, const VocabularyEncoder& from) {
  return {fbs::Encoding::VocabularyEncoder,
          fbs::CreateVocabularyEncoder(builder, same<fbs::KeyType>(from.key_type), from.size, from.slots,
                                       from.slot_segment, from.text_segment)
              .Union()};
}

Offset<fbs::Encoder> pack_encoder(Builder& builder, const EncoderDesc& from) {
  const auto name = builder.CreateString(from.name);
  const auto [type, offset] = std::visit([&](const auto& kind) { return pack_encoding(builder, kind); }, from.encoder);
  return fbs::CreateEncoder(builder, name, type, offset);
}

Member<fbs::TransformKind> pack_transform(Builder& builder, const Log1pTransform&) {
  return {fbs::TransformKind::Log1p, fbs::CreateLog1p(builder).Union()};
}
Member<fbs::TransformKind> pack_transform(Builder& builder, const StandardiseTransform& from) {
  const auto mean = numbers(builder, from.mean), inverse_sd = numbers(builder, from.inverse_sd);
  return {fbs::TransformKind::Standardise, fbs::CreateStandardise(builder, mean, inverse_sd).Union()};
}
Member<fbs::TransformKind> pack_transform(Builder& builder, const BucketiseTransform& from) {
  return {fbs::TransformKind::Bucketise, fbs::CreateBucketise(builder, numbers(builder, from.boundaries)).Union()};
}

Offset<fbs::Feature> pack_feature(Builder& builder, const FeatureDesc& from) {
  const auto name = builder.CreateString(from.name), group = builder.CreateString(from.group);
  const auto missing_value = numbers(builder, from.missing_value);
  const auto transforms = tables<fbs::Transform>(builder, from.transforms, [&](const TransformDesc& transform) {
    const auto [type, offset] = std::visit([&](const auto& kind) { return pack_transform(builder, kind); }, transform);
    return fbs::CreateTransform(builder, type, offset);
  });
  return fbs::CreateFeature(builder, name, group, same<fbs::FeatureKind>(from.kind), same<fbs::Scope>(from.scope),
                            from.required, from.encoder, same<fbs::Pooling>(from.pooling), from.weighted,
                            from.max_length, from.keep_last, from.missing_row, from.unknown_row, from.width,
                            missing_value, transforms);
}

struct PackOperator {
  Builder& builder;
  using Packed = Member<fbs::Operator>;

  Packed operator()(const EmbeddingBagOp& op) const {
    return {fbs::Operator::EmbeddingBag, fbs::CreateEmbeddingBag(builder, op.feature, op.table).Union()};
  }
  Packed operator()(const DenseInputOp& op) const {
    return {fbs::Operator::DenseInput, fbs::CreateDenseInput(builder, op.feature).Union()};
  }
  Packed operator()(const ConcatOp&) const { return {fbs::Operator::Concat, fbs::CreateConcat(builder).Union()}; }
  Packed operator()(const LinearOp& op) const {
    return {fbs::Operator::Linear, fbs::CreateLinear(builder, op.weight, op.bias).Union()};
  }
  Packed operator()(const BatchNormOp& op) const {
    return {fbs::Operator::BatchNorm, fbs::CreateBatchNorm(builder, op.scale, op.shift).Union()};
  }
  Packed operator()(const ActivationOp& op) const {
    const auto kind = same<fbs::ActivationKind>(op.kind);
    return {fbs::Operator::Activation, fbs::CreateActivation(builder, kind, op.slope, op.slopes).Union()};
  }
  Packed operator()(const AddOp&) const { return {fbs::Operator::Add, fbs::CreateAdd(builder).Union()}; }
  Packed operator()(const MultiplyOp&) const { return {fbs::Operator::Multiply, fbs::CreateMultiply(builder).Union()}; }
  Packed operator()(const SumOp&) const { return {fbs::Operator::Sum, fbs::CreateSum(builder).Union()}; }
  Packed operator()(const BiInteractionOp&) const {
    return {fbs::Operator::BiInteraction, fbs::CreateBiInteraction(builder).Union()};
  }
  Packed operator()(const PairwiseDotOp&) const {
    return {fbs::Operator::PairwiseDot, fbs::CreatePairwiseDot(builder).Union()};
  }
  Packed operator()(const FieldLinearOp& op) const {
    return {fbs::Operator::FieldLinear, fbs::CreateFieldLinear(builder, op.weight, op.bias).Union()};
  }
  Packed operator()(const MatMulOp& op) const {
    return {fbs::Operator::MatMul, fbs::CreateMatMul(builder, op.transpose_b).Union()};
  }
  Packed operator()(const SoftmaxOp&) const { return {fbs::Operator::Softmax, fbs::CreateSoftmax(builder).Union()}; }
  Packed operator()(const LayerNormOp& op) const {
    return {fbs::Operator::LayerNorm, fbs::CreateLayerNorm(builder, op.eps, op.scale, op.shift).Union()};
  }
  Packed operator()(const SubtractOp&) const { return {fbs::Operator::Subtract, fbs::CreateSubtract(builder).Union()}; }
  Packed operator()(const DivideOp&) const { return {fbs::Operator::Divide, fbs::CreateDivide(builder).Union()}; }
  Packed operator()(const MaximumOp&) const { return {fbs::Operator::Maximum, fbs::CreateMaximum(builder).Union()}; }
  Packed operator()(const MinimumOp&) const { return {fbs::Operator::Minimum, fbs::CreateMinimum(builder).Union()}; }
  Packed operator()(const ClipOp& op) const {
    return {fbs::Operator::Clip, fbs::CreateClip(builder, op.low, op.high).Union()};
  }
  Packed operator()(const SelectOp& op) const {
    const auto columns = numbers(builder, op.columns);
    return {fbs::Operator::Select, fbs::CreateSelect(builder, columns).Union()};
  }
  Packed operator()(const FieldMixOp& op) const {
    return {fbs::Operator::FieldMix, fbs::CreateFieldMix(builder, op.weight, op.bias).Union()};
  }
  Packed operator()(const FieldMaxOp&) const { return {fbs::Operator::FieldMax, fbs::CreateFieldMax(builder).Union()}; }
  Packed operator()(const SequenceOp& op) const {
    const auto align = same<fbs::Align>(op.align);
    return {fbs::Operator::Sequence, fbs::CreateSequence(builder, op.feature, op.table, align).Union()};
  }
  Packed operator()(const SequenceMaskOp& op) const {
    return {fbs::Operator::SequenceMask,
            fbs::CreateSequenceMask(builder, op.feature, same<fbs::Align>(op.align)).Union()};
  }
  Packed operator()(const GruOp& op) const {
    const auto kind = same<fbs::GruKind>(op.kind);
    return {fbs::Operator::Gru,
            fbs::CreateGru(builder, op.weight_ih, op.weight_hh, op.bias_ih, op.bias_hh, kind).Union()};
  }
  Packed operator()(const CalibrationOp& op) const {
    const auto x = numbers(builder, op.knots_x), y = numbers(builder, op.knots_y);
    return {fbs::Operator::Calibration, fbs::CreateCalibration(builder, op.scale, op.shift, x, y).Union()};
  }
};

Offset<fbs::Node> pack_node(Builder& builder, const NodeDesc& from) {
  const auto name = builder.CreateString(from.name);
  const auto [type, offset] = std::visit(PackOperator{builder}, from.op);
  const auto inputs = numbers(builder, from.inputs), outputs = numbers(builder, from.outputs);
  const auto order = tables<fbs::OrderRun>(builder, from.order, [&](const OrderRun& run) {
    return fbs::CreateOrderRun(builder, same<fbs::Part>(run.part), run.begin, run.count);
  });
  return fbs::CreateNode(builder, name, type, offset, inputs, outputs, order);
}

Offset<fbs::SelfTest> pack_self_test(Builder& builder, const SelfTestDesc& from) {
  if (from.batch.empty() && from.logits.empty()) return 0;
  const auto batch = numbers(builder, from.batch);
  return fbs::CreateSelfTest(builder, batch, numbers(builder, from.logits));
}

Offset<fbs::Model> pack(Builder& builder, const ModelDesc& desc) {
  const auto name = builder.CreateString(desc.name);
  const auto requirements = tables<fbs::Requirement>(builder, desc.requirements, [&](const RequirementDesc& from) {
    const auto requirement = builder.CreateString(from.name), since = builder.CreateString(from.since);
    return fbs::CreateRequirement(builder, requirement, since);
  });
  const auto segments = tables<fbs::Segment>(builder, desc.segments, [&](const SegmentDesc& from) {
    return fbs::CreateSegment(builder, from.offset, from.size, from.xxh3);
  });
  const auto encoders = tables<fbs::Encoder>(builder, desc.encoders,
                                             [&](const EncoderDesc& from) { return pack_encoder(builder, from); });
  const auto features = tables<fbs::Feature>(builder, desc.features,
                                             [&](const FeatureDesc& from) { return pack_feature(builder, from); });
  const auto embeddings = tables<fbs::EmbeddingTable>(builder, desc.tables, [&](const TableDesc& from) {
    const auto table_name = builder.CreateString(from.name);
    return fbs::CreateEmbeddingTable(builder, table_name, from.rows, from.dim, same<fbs::ElementType>(from.type),
                                     from.segment, from.row_stride);
  });
  const auto constants = tables<fbs::Constant>(builder, desc.constants, [&](const ConstantDesc& from) {
    const auto constant_name = builder.CreateString(from.name);
    return fbs::CreateConstant(builder, constant_name, numbers(builder, from.shape), from.segment);
  });
  const auto values = tables<fbs::Value>(builder, desc.values, [&](const ValueDesc& from) {
    return fbs::CreateValue(builder, builder.CreateString(from.name), from.fields, from.width);
  });
  const auto nodes =
      tables<fbs::Node>(builder, desc.nodes, [&](const NodeDesc& from) { return pack_node(builder, from); });
  const auto outputs = tables<fbs::Output>(builder, desc.outputs, [&](const OutputDesc& from) {
    return fbs::CreateOutput(builder, builder.CreateString(from.name), from.logit);
  });
  const auto layers = tables<fbs::Layer>(builder, desc.layers, [&](const LayerDesc& from) {
    return fbs::CreateLayer(builder, builder.CreateString(from.name), from.value);
  });
  const auto self_test = pack_self_test(builder, desc.self_test);
  const auto metadata = tables<fbs::Metadata>(builder, desc.metadata, [&](const MetadataDesc& from) {
    const auto key = builder.CreateString(from.key), value = builder.CreateString(from.value);
    return fbs::CreateMetadata(builder, key, value);
  });
  const auto probes = numbers(builder, desc.probes);
  const auto profile = numbers(builder, desc.profile);
  return fbs::CreateModel(builder, name, desc.arithmetic_version, requirements, segments, encoders, features,
                          embeddings, constants, values, nodes, outputs, layers, self_test, metadata, probes, profile);
}

}  // namespace

std::vector<std::byte> pack_model(const ModelDesc& desc) {
  Builder builder(4096);
  builder.ForceDefaults(true);
  fbs::FinishModelBuffer(builder, pack(builder, desc));
  const auto* bytes = reinterpret_cast<const std::byte*>(builder.GetBufferPointer());
  return {bytes, bytes + builder.GetSize()};
}

}  // namespace clicklens::format
