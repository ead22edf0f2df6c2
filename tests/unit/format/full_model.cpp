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
  desc.values.insert(
      desc.values.end(),
      {{"fields", 2, 4}, {"b", 1, 8},  {"c", 1, 8}, {"d", 1, 8}, {"e", 1, 4}, {"f", 1, 1}, {"g", 1, 4}, {"h", 1, 1},
       {"i", 2, 2},      {"j", 2, 2},  {"k", 2, 2}, {"l", 1, 8}, {"m", 2, 2}, {"n", 3, 4}, {"o", 1, 4}, {"p", 20, 4},
       {"q", 1, 20},     {"r", 20, 2}, {"s", 1, 8}, {"t", 1, 8}, {"u", 1, 8}, {"v", 1, 8}, {"w", 1, 8}, {"x", 1, 8}});
  const std::uint32_t turn = model.add_constant("turn", {2, 4}, random, 1.0f);
  const std::uint32_t mix = model.add_constant("mix", {3, 2}, random, 1.0f);
  const std::uint32_t gates = model.add_constant("gates", {6, 4}, random, 1.0f);
  const std::uint32_t own_gates = model.add_constant("own gates", {6, 2}, random, 1.0f);
  const std::uint32_t gate_bias = model.add_constant("gate bias", {6}, random, 1.0f);
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
       {"chosen", SelectOp{{7, 0, 1, 7}}, {fields}, {fields + 12}, {}},
       {"mixed", FieldMixOp{mix, no_index}, {fields}, {fields + 13}, {}},
       {"largest", FieldMaxOp{}, {fields}, {fields + 14}, {}},
       {"kept", SequenceOp{0, 0, Align::last}, {}, {fields + 15}, {}},
       {"present", SequenceMaskOp{0, Align::last}, {}, {fields + 16}, {}},
       {"states",
        GruOp{gates, own_gates, gate_bias, no_index, GruKind::augru},
        {fields + 15, fields + 16, fields + 16},
        {fields + 17},
        {}},
       {"subtract", SubtractOp{}, {fields + 1, fields + 2}, {fields + 18}, {}},
       {"divide", DivideOp{}, {fields + 1, fields + 2}, {fields + 19}, {}},
       {"maximum", MaximumOp{}, {fields + 1, fields + 2}, {fields + 20}, {}},
       {"minimum", MinimumOp{}, {fields + 1, fields + 2}, {fields + 21}, {}},
       {"clip", ClipOp{-1.0f, 2.5f}, {fields + 1}, {fields + 22}, {}},
       {"elu", ActivationOp{ActivationKind::elu, 0.75f, no_index}, {fields + 1}, {fields + 23}, {}}});
  desc.outputs.push_back({"calibrated", fields + 5});
  desc.self_test = {{1, 2, 3}, {0x3F800000u, 0xFFFFFFFFu}};
  desc.probes = {9, 8, 7, 6, 5};
  complete_requirements(desc);
  return model;
}

}  // namespace clicklens::testing
