#include "unit/format/full_model.h"

#include "format/requirements.h"

namespace clicklens::testing {

TinyModel full_model() {
  using namespace format;
  TinyModel model = tiny_model(5);
  ModelDesc& desc = model.desc;
  const std::uint32_t slots = model.add_segment(std::vector<std::byte>(64 * 16));
  const std::uint32_t text = model.add_segment(std::vector<std::byte>(100));
  desc.encoders.push_back({"hashed", HashEncoder{HashAlgorithm::murmurhash3, KeyType::u64, 7, 40, 10, "salt"}});
  desc.encoders.push_back({"words", VocabularyEncoder{KeyType::string, 40, 64, slots, text}});
  FeatureDesc& user = desc.features[0];
  user.pooling = Pooling::sqrtn;
  user.weighted = true;
  user.max_length = 20;
  user.keep_last = true;
  user.missing_row = 3;
  user.unknown_row = 4;
  FeatureDesc age;
  age.name = "age";
  age.group = "user";
  age.kind = FeatureKind::dense;
  age.scope = Scope::request;
  age.width = 3;
  age.missing_value = {1.0f, 2.0f, 3.0f};
  age.transforms = {Log1pTransform{}, StandardiseTransform{{0.5f}, {1.0f, 2.0f, 3.0f}}, BucketiseTransform{{-1, 0, 7}}};
  desc.features.push_back(age);
  Random random(6);
  const std::uint32_t scale = model.add_constant("scale", {tiny::hidden}, random, 1.0f);
  desc.values.insert(desc.values.end(), {{"fields", 2, 4},
                                         {"b", 1, 8},
                                         {"c", 1, 8},
                                         {"d", 1, 8},
                                         {"e", 1, 4},
                                         {"f", 1, 1},
                                         {"g", 1, 4},
                                         {"h", 1, 1},
                                         {"i", 2, 2},
                                         {"j", 2, 2},
                                         {"k", 2, 2},
                                         {"l", 1, 8},
                                         {"m", 1, 8},
                                         {"n", 1, 8},
                                         {"o", 1, 8},
                                         {"p", 1, 8},
                                         {"q", 1, 8},
                                         {"r", 1, 8}});
  const std::uint32_t turn = model.add_constant("turn", {2, 4}, random, 1.0f);
  const std::uint32_t fields = tiny::logit + 1;
  desc.nodes.insert(
      desc.nodes.end(),
      {{"fields", ConcatOp{}, {tiny::user_bag, tiny::ad_bag}, {fields}, {}},
       {"norm", BatchNormOp{scale, scale}, {tiny::hidden_relu}, {fields + 1}, {}},
       {"prelu", ActivationOp{ActivationKind::prelu, 0.25f, scale}, {fields + 1}, {fields + 2}, {}},
       {"add", AddOp{}, {fields + 1, fields + 2}, {fields + 3}, {}},
       {"multiply", MultiplyOp{}, {fields + 1, fields + 2}, {fields + 3}, {}},
       {"sum", SumOp{}, {fields}, {fields + 4}, {{Part::request, 0, 4}, {Part::candidate, 4, 4}}},
       {"calibrate", CalibrationOp{2.0f, -1.0f, {-1, 0, 1}, {-2, 0, 0}}, {tiny::logit}, {fields + 5}, {}},
       {"bi", BiInteractionOp{}, {fields}, {fields + 6}, {{Part::request, 0, 4}, {Part::candidate, 4, 4}}},
       {"dots", PairwiseDotOp{}, {fields}, {fields + 7}, {}},
       {"turned", FieldLinearOp{turn, no_index}, {fields}, {fields + 8}, {}},
       {"scores", MatMulOp{true}, {fields + 8, fields + 8}, {fields + 9}, {}},
       {"share", SoftmaxOp{}, {fields + 9}, {fields + 10}, {}},
       {"normed", LayerNormOp{0.5f, scale, scale}, {fields + 1}, {fields + 11}, {}},
       {"subtract", SubtractOp{}, {fields + 1, fields + 2}, {fields + 12}, {}},
       {"divide", DivideOp{}, {fields + 1, fields + 2}, {fields + 13}, {}},
       {"maximum", MaximumOp{}, {fields + 1, fields + 2}, {fields + 14}, {}},
       {"minimum", MinimumOp{}, {fields + 1, fields + 2}, {fields + 15}, {}},
       {"clip", ClipOp{-1.0f, 2.5f}, {fields + 1}, {fields + 16}, {}},
       {"elu", ActivationOp{ActivationKind::elu, 0.75f, no_index}, {fields + 1}, {fields + 17}, {}}});
  desc.outputs.push_back({"calibrated", fields + 5});
  desc.self_test = {{1, 2, 3}, {0x3F800000u, 0xFFFFFFFFu}};
  desc.probes = {9, 8, 7, 6, 5};
  complete_requirements(desc);
  return model;
}

}  // namespace clicklens::testing
