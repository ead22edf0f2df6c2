// Choices of cases.json by their numbers, and small readers, for the C++ runner.
#ifndef CLICKLENS_CONFORMANCE_JSON_CHOICES_H
#define CLICKLENS_CONFORMANCE_JSON_CHOICES_H

#include "json_verbs.h"

namespace conformance {

inline constexpr const char* outputs[] = {"probability", "logit"};
inline constexpr const char* precisions[] = {"f32", "int8"};
inline constexpr const char* gradient_kinds[] = {"none", "full", "groups"};
inline constexpr const char* levels[] = {"group", "feature", "id", "dimension"};
inline constexpr const char* targets[] = {"logit", "probability", "neuron"};
inline constexpr const char* methods[] = {"centred", "gradient_x_input", "gradient_l1", "gradient_l2"};
inline constexpr const char* attributions[] = {
    "integrated_gradients", "expected_gradients", "smoothgrad", "deeplift", "ablation", "additive",
    "conductance",          "neuron_gradients"};
inline constexpr const char* sections[] = {"scores", "neurons", "saliency", "features"};
inline constexpr const char* storages[] = {"f32", "f16"};

template <class T>
inline std::string raw(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

inline std::string float_bytes(const Json& bits) {
  return raw(floats_of(bits));
}

inline std::vector<std::uint64_t> words_of(const Json& hexadecimal) {
  std::vector<std::uint64_t> words;
  for (const std::string text : hexadecimal) words.push_back(std::stoull(text, nullptr, 16));
  return words;
}

// Members of `expect` that say nothing where a case fails.
inline Json expect(const Json& c, const char* member) {
  return c.contains("expect") ? c["expect"].value(member, Json()) : Json();
}

inline clens_session_options options_of(const Json& c) {
  clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
  options.strands = c.value("strands", 0u);
  options.tile_rows = c.value("tile_rows", 0u);
  options.precision = index_of(precisions, c.value("precision", "f32"));
  options.gradients = index_of(gradient_kinds, c.value("gradients", "none"));
  return options;
}

inline clens_output_kind kind_of(const Json& c) {
  return static_cast<clens_output_kind>(index_of(outputs, c.value("output", "probability")));
}

inline Found zero() {
  return {std::string(8, '\0'), std::string(8, '\0'), ""};
}

}  // namespace conformance

#endif  // CLICKLENS_CONFORMANCE_JSON_CHOICES_H
