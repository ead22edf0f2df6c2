// A model as plain C++ data: what a FlatBuffer `Model` says, copied out of it after verification, so
// that nothing outside format/ sees generated code. Indices refer to the vectors of ModelDesc.
// schemas/model.fbs is the description of what is on disk; the two mirror each other field by field.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <variant>
#include <vector>

namespace clicklens::format {

inline constexpr std::uint32_t no_index = 0xFFFFFFFFu;

enum class ElementType : std::uint8_t { f32 = 0, f16 = 1, bf16 = 2, i8_row = 3, i4_row = 4 };
enum class Scope : std::uint8_t { request = 0, candidate = 1, pair = 2 };
enum class FeatureKind : std::uint8_t { sparse = 0, dense = 1 };
enum class Pooling : std::uint8_t { sum = 0, mean = 1, sqrtn = 2, max = 3 };
enum class KeyType : std::uint8_t { u64 = 0, string = 1 };
enum class HashAlgorithm : std::uint8_t { xxh3 = 0, farmhash64 = 1, murmurhash3 = 2 };
enum class Align : std::uint8_t { first = 0, last = 1 };
enum class GruKind : std::uint8_t { gru = 0, agru = 1, augru = 2 };
enum class ActivationKind : std::uint8_t {
  relu = 0,
  leaky_relu = 1,
  prelu = 2,
  sigmoid = 3,
  tanh = 4,
  gelu = 5,
  gelu_tanh = 6,
  silu = 7,
  softplus = 8,
  elu = 9,
  exp = 10,
  log = 11,
  sqrt = 12,
  abs = 13,
  erf = 14,
  reciprocal = 15
};
enum class Part : std::uint8_t { request = 0, candidate = 1, pair = 2 };  // R, C, P

// Bytes of the file outside the FlatBuffer. Offsets are from the start of the file.
struct SegmentDesc {
  std::uint64_t offset = 0, size = 0, xxh3 = 0;
  bool operator==(const SegmentDesc&) const = default;
};

// ---- encoders: raw value -> table row
struct IdentityEncoder {
  std::uint64_t rows = 0;  // a key k < rows is row k; anything else is unknown
  bool operator==(const IdentityEncoder&) const = default;
};
struct HashEncoder {  // row = offset + hash(salt bytes, then key bytes; seed) % modulus
  HashAlgorithm algorithm = HashAlgorithm::xxh3;
  KeyType key_type = KeyType::string;  // u64 keys are hashed as 8 little-endian bytes
  std::uint64_t seed = 0, modulus = 0, offset = 0;
  std::string salt;
  bool operator==(const HashEncoder&) const = default;
};
struct VocabularyEncoder {  // open-addressed table in segments; encode/vocabulary.h has the layout
  KeyType key_type = KeyType::string;
  std::uint64_t size = 0;   // keys
  std::uint64_t slots = 0;  // power of two
  std::uint32_t slot_segment = no_index;
  std::uint32_t text_segment = no_index;  // string keys only
  bool operator==(const VocabularyEncoder&) const = default;
};
struct EncoderDesc {
  std::string name;
  std::variant<IdentityEncoder, HashEncoder, VocabularyEncoder> encoder;
  bool operator==(const EncoderDesc&) const = default;
};
// Rows that it may name.
[[nodiscard]] std::uint64_t rows_named_by(const EncoderDesc& encoder) noexcept;

// ---- dense transforms, applied in order, element by element (our math.h)
struct Log1pTransform {  // sign(x) * log(1 + |x|)
  bool operator==(const Log1pTransform&) const = default;
};
struct StandardiseTransform {
  std::vector<float> mean, inverse_sd;  // one each, or one per element: (x - mean) * inverse_sd
  bool operator==(const StandardiseTransform&) const = default;
};
struct BucketiseTransform {       // last only: the feature then yields table rows, not floats
  std::vector<float> boundaries;  // strictly ascending; row = number of boundaries <= x
  bool operator==(const BucketiseTransform&) const = default;
};
using TransformDesc = std::variant<Log1pTransform, StandardiseTransform, BucketiseTransform>;

struct FeatureDesc {
  std::string name, group;
  FeatureKind kind = FeatureKind::sparse;
  Scope scope = Scope::candidate;
  bool required = true;
  // sparse
  std::uint32_t encoder = no_index;
  Pooling pooling = Pooling::sum;
  bool weighted = false;          // may carry a weight per id
  std::uint32_t max_length = 0;   // ids kept per entry, 0: all
  bool keep_last = false;         // which end max_length keeps
  std::int64_t missing_row = -1;  // empty entry: this row, or -1: the zero vector
  std::int64_t unknown_row = -1;  // unknown id: this row, or -1: dropped
  // dense
  std::uint32_t width = 1;
  std::vector<float> missing_value;  // raw value standing in for a missing one: one, or width
  std::vector<TransformDesc> transforms;
  bool operator==(const FeatureDesc&) const = default;
};

struct TableDesc {
  std::string name;
  std::uint64_t rows = 0;
  std::uint32_t dim = 0;
  ElementType type = ElementType::f32;
  std::uint32_t segment = no_index;
  std::uint32_t row_stride = 0;  // bytes from row to row; rows.h has what is in one
  bool operator==(const TableDesc&) const = default;
};

struct ConstantDesc {  // float32, row-major
  std::string name;
  std::vector<std::uint64_t> shape;
  std::uint32_t segment = no_index;
  bool operator==(const ConstantDesc&) const = default;
};

// columns = fields * width; rank 2 has fields == 1
struct ValueDesc {
  std::string name;
  std::uint32_t fields = 1, width = 0;
  bool operator==(const ValueDesc&) const = default;
};

// ---- operators
struct EmbeddingBagOp {
  std::uint32_t feature = no_index, table = no_index;
  bool operator==(const EmbeddingBagOp&) const = default;
};
struct DenseInputOp {
  std::uint32_t feature = no_index;
  bool operator==(const DenseInputOp&) const = default;
};
struct ConcatOp {
  bool operator==(const ConcatOp&) const = default;
};
struct LinearOp {  // y = x W^T + b; W is [out, in] as PyTorch stores it
  std::uint32_t weight = no_index, bias = no_index;
  bool operator==(const LinearOp&) const = default;
};
struct BatchNormOp {  // y = fma(x, scale, shift); both [1] or [width]
  std::uint32_t scale = no_index, shift = no_index;
  bool operator==(const BatchNormOp&) const = default;
};
struct ActivationOp {
  ActivationKind kind = ActivationKind::relu;
  float slope = 0.01f;              // leaky_relu; elu: alpha
  std::uint32_t slopes = no_index;  // prelu: [1] or [width]
  bool operator==(const ActivationOp&) const = default;
};
// Of all operators of two inputs from here to minimum: where one input has one field, or a width of 1, and the other
// more, it is repeated.
struct AddOp {
  bool operator==(const AddOp&) const = default;
};
struct MultiplyOp {
  bool operator==(const MultiplyOp&) const = default;
};
struct SubtractOp {
  bool operator==(const SubtractOp&) const = default;
};
struct DivideOp {
  bool operator==(const DivideOp&) const = default;
};
struct MaximumOp {
  bool operator==(const MaximumOp&) const = default;
};
struct MinimumOp {
  bool operator==(const MinimumOp&) const = default;
};
struct ClipOp {  // low <= high
  float low = -std::numeric_limits<float>::infinity(), high = std::numeric_limits<float>::infinity();
  bool operator==(const ClipOp&) const = default;
};
struct SumOp {  // [fields, width] -> [1, width]; width 1 adds all columns
  bool operator==(const SumOp&) const = default;
};
struct BiInteractionOp {  // [fields, width] -> [1, width]: ((sum over fields)^2 - sum of squares) / 2
  bool operator==(const BiInteractionOp&) const = default;
};
struct PairwiseDotOp {  // [fields, width] -> dots of its fields: (0, 1), (0, 2), .. (1, 2), ..
  bool operator==(const PairwiseDotOp&) const = default;
};
struct FieldLinearOp {  // y = x W^T + b of every field apart; W [out, width]
  std::uint32_t weight = no_index, bias = no_index;
  bool operator==(const FieldLinearOp&) const = default;
};
struct MatMulOp {  // row by row: [m, k] times [k, n], or [n, k]
  bool transpose_b = false;
  bool operator==(const MatMulOp&) const = default;
};
struct SoftmaxOp {  // along the width of each field; a second input is a mask
  bool operator==(const SoftmaxOp&) const = default;
};
struct LayerNormOp {  // along the width of each field; scale and shift [width] or absent
  float eps = 1e-5f;
  std::uint32_t scale = no_index, shift = no_index;
  bool operator==(const LayerNormOp&) const = default;
};
struct SelectOp {  // output column i is column columns[i] of the input
  std::vector<std::uint32_t> columns;
  bool operator==(const SelectOp&) const = default;
};
struct FieldMixOp {  // sums of fields: weight [out, fields]; bias [out] or absent
  std::uint32_t weight = no_index, bias = no_index;
  bool operator==(const FieldMixOp&) const = default;
};
struct FieldMaxOp {  // over the fields, by column
  bool operator==(const FieldMaxOp&) const = default;
};
struct SequenceOp {  // a feature's rows, kept apart: [max_length, dim]
  std::uint32_t feature = no_index, table = no_index;
  Align align = Align::first;
  bool operator==(const SequenceOp&) const = default;
};
struct SequenceMaskOp {  // where it has one: [1, max_length]
  std::uint32_t feature = no_index;
  Align align = Align::first;
  bool operator==(const SequenceMaskOp&) const = default;
};
struct GruOp {  // states over the fields of x: [fields, size]
  std::uint32_t weight_ih = no_index, weight_hh = no_index, bias_ih = no_index, bias_hh = no_index;
  GruKind kind = GruKind::gru;
  bool operator==(const GruOp&) const = default;
};
struct CalibrationOp {  // on the logit: affine when knots are absent, else monotone pieces
  float scale = 1.0f, shift = 0.0f;
  std::vector<float> knots_x, knots_y;  // x strictly ascending, y not falling; ends clamp
  bool operator==(const CalibrationOp&) const = default;
};
using OperatorDesc = std::variant<EmbeddingBagOp, DenseInputOp, ConcatOp, LinearOp, BatchNormOp, ActivationOp, AddOp,
                                  MultiplyOp, SumOp, CalibrationOp, BiInteractionOp, PairwiseDotOp, FieldLinearOp,
                                  MatMulOp, SoftmaxOp, LayerNormOp, SubtractOp, DivideOp, MaximumOp, MinimumOp, ClipOp,
                                  SelectOp, FieldMixOp, FieldMaxOp, SequenceOp, SequenceMaskOp, GruOp>;

// Columns [begin, begin + count) of a summing node's input belong to one part.
struct OrderRun {
  Part part = Part::pair;
  std::uint32_t begin = 0, count = 0;
  bool operator==(const OrderRun&) const = default;
};

struct NodeDesc {
  std::string name;
  OperatorDesc op;
  std::vector<std::uint32_t> inputs, outputs;
  std::vector<OrderRun> order;  // summing operators only: ascending, covers every column once
  bool operator==(const NodeDesc&) const = default;
};

struct OutputDesc {  // a task; `logit` is a value of one column, after calibration
  std::string name;
  std::uint32_t logit = no_index;
  bool operator==(const OutputDesc&) const = default;
};

struct LayerDesc {
  std::string name;
  std::uint32_t value = no_index;
  bool operator==(const LayerDesc&) const = default;
};

struct RequirementDesc {
  std::string name, since;  // capability, and the first clicklens version that has it
  bool operator==(const RequirementDesc&) const = default;
};

struct SelfTestDesc {
  std::vector<std::uint8_t> batch;    // flat form
  std::vector<std::uint32_t> logits;  // bits, candidate-major
  bool operator==(const SelfTestDesc&) const = default;
};

struct MetadataDesc {
  std::string key, value;
  bool operator==(const MetadataDesc&) const = default;
};

// Its members of its own are written out so that model_desc.cpp alone compiles them: half of all sources hold one.
struct ModelDesc {
  ModelDesc();
  ~ModelDesc();
  ModelDesc(const ModelDesc& other);
  ModelDesc(ModelDesc&& other) noexcept;
  ModelDesc& operator=(const ModelDesc& other);
  ModelDesc& operator=(ModelDesc&& other) noexcept;
  bool operator==(const ModelDesc& other) const;

  std::string name;
  std::uint32_t arithmetic_version = 0;
  std::vector<RequirementDesc> requirements;
  std::vector<SegmentDesc> segments;
  std::vector<EncoderDesc> encoders;
  std::vector<FeatureDesc> features;
  std::vector<TableDesc> tables;
  std::vector<ConstantDesc> constants;
  std::vector<ValueDesc> values;
  std::vector<NodeDesc> nodes;  // topological order
  std::vector<OutputDesc> outputs;
  std::vector<LayerDesc> layers;
  SelfTestDesc self_test;
  std::vector<MetadataDesc> metadata;
  std::vector<std::uint8_t> probes;   // a ProbeSet: probe_desc.h
  std::vector<std::uint8_t> profile;  // a Profile: profile.h
};

}  // namespace clicklens::format
