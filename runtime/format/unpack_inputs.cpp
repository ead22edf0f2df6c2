// Encoders and features.
#include "format/unpack.h"

namespace clicklens::format {
namespace {

HashEncoder read_hash(Reader& reader, const fbs::HashEncoder& from) {
  HashEncoder to;
  to.algorithm = reader.enumerator<HashAlgorithm>(from.algorithm(), "algorithm");
  to.key_type = reader.enumerator<KeyType>(from.key_type(), "key_type");
  to.seed = from.seed();
  to.modulus = from.modulus();
  to.offset = from.offset();
  to.salt = reader.free_text(from.salt(), "salt");
  return to;
}

VocabularyEncoder read_vocabulary(Reader& reader, const fbs::VocabularyEncoder& from) {
  VocabularyEncoder to;
  to.key_type = reader.enumerator<KeyType>(from.key_type(), "key_type");
  to.size = from.size();
  to.slots = from.slots();
  to.slot_segment = from.slot_segment();
  to.text_segment = from.text_segment();
  return to;
}

TransformDesc read_transform(Reader& reader, const fbs::Transform& from) {
  if (const auto* standardise = from.kind_as_Standardise(); standardise != nullptr)
    return StandardiseTransform{reader.numbers(standardise->mean()), reader.numbers(standardise->inverse_sd())};
  if (const auto* bucketise = from.kind_as_Bucketise(); bucketise != nullptr)
    return BucketiseTransform{reader.numbers(bucketise->boundaries())};
  if (from.kind_as_Log1p() == nullptr) reader.fail("transforms", "missing, or of a kind this version does not know");
  return Log1pTransform{};
}

}  // namespace

EncoderDesc read_encoder(Reader& reader, const fbs::Encoder& from) {
  EncoderDesc to;
  to.name = reader.name(from.name(), "name");
  if (const auto* identity = from.encoding_as_IdentityEncoder(); identity != nullptr)
    to.encoder = IdentityEncoder{identity->rows()};
  else if (const auto* hash = from.encoding_as_HashEncoder(); hash != nullptr)
    to.encoder = read_hash(reader, *hash);
  else if (const auto* vocabulary = from.encoding_as_VocabularyEncoder(); vocabulary != nullptr)
    to.encoder = read_vocabulary(reader, *vocabulary);
  else
    reader.fail("encoding", "missing, or of a kind this version does not know");
  return to;
}

FeatureDesc read_feature(Reader& reader, const fbs::Feature& from) {
  FeatureDesc to;
  to.name = reader.name(from.name(), "name");
  to.group = reader.name(from.group(), "group");
  to.kind = reader.enumerator<FeatureKind>(from.kind(), "kind");
  to.scope = reader.enumerator<Scope>(from.scope(), "scope");
  to.required = from.required();
  to.encoder = from.encoder();
  to.pooling = reader.enumerator<Pooling>(from.pooling(), "pooling");
  to.weighted = from.weighted();
  to.max_length = from.max_length();
  to.keep_last = from.keep_last();
  to.missing_row = from.missing_row();
  to.unknown_row = from.unknown_row();
  to.width = from.width();
  to.missing_value = reader.numbers(from.missing_value());
  to.transforms = reader.tables<TransformDesc>(from.transforms(), [&](const fbs::Transform& transform, std::size_t) {
    return read_transform(reader, transform);
  });
  return to;
}

}  // namespace clicklens::format
