#include "json_verbs.h"

#include <clicklens/delta.hpp>

#include "enum_constants.h"  // made by cases_header.py
#include "json_choices.h"

namespace conformance {

using clicklens::Model;

Found Runner::run(const Json& c) const {
  static const std::pair<const char*, Found (Runner::*)(const Json&) const> verbs[] = {
      {"score", &Runner::score},       {"saliency", &Runner::saliency},       {"means", &Runner::means},
      {"coverage", &Runner::coverage}, {"attribution", &Runner::attribution}, {"probe", &Runner::probe},
      {"exit", &Runner::exit},         {"profile", &Runner::profile},         {"cache", &Runner::cache},
      {"open", &Runner::file},         {"self_test", &Runner::self_test},     {"session", &Runner::session},
      {"delta", &Runner::delta},       {"enum", &Runner::enumeration},        {"status_name", &Runner::status_name}};
  for (const auto& verb : verbs)
    if (c.at("do") == verb.first) return (this->*verb.second)(c);
  throw std::runtime_error("no verb " + c.at("do").dump());
}

Model Runner::open(const Json& c, const std::string& name) const {
  clens_model_options options = CLENS_MODEL_OPTIONS_INIT;
  clens_limits limits = CLENS_LIMITS_INIT;
  if (c.value("verify", false)) options.flags = CLENS_OPEN_VERIFY_SEGMENTS;
  const Json asked = c.value("limits", Json::object());
  limits.nodes = asked.value("nodes", 0u);
  limits.features = asked.value("features", 0u);
  options.limits = &limits;
  return Model(models_ + "/" + name + ".clens", &options);
}

Found Runner::score(const Json& c) const {
  const Model model = open(c, c.at("model"));
  const OwnedBatch batch(given(c.at("batch")));
  clens_session_options options = options_of(c);
  std::vector<std::size_t> values;
  std::vector<clens_capture> captures;
  std::vector<std::vector<float>> rooms;
  for (const std::string name : c.value("captures", Json::array())) {
    values.push_back(model.find_value(name));
    rooms.emplace_back((batch.batch.candidates() + 1) * static_cast<std::size_t>(model.value(values.back()).width));
    captures.push_back(clens_capture{values.back(), rooms.back().data(), rooms.back().size(), 0, 0, 0, 0});
  }
  options.captures = values.data();
  options.capture_count = values.size();
  clicklens::Session session(model, clicklens::Inputs(batch.inputs), &options);
  const std::size_t wanted = batch.batch.candidates() * model.describe().outputs;
  std::vector<float> scores(wanted + 1);
  clens_output output = CLENS_OUTPUT_INIT;
  output.kind = kind_of(c);
  output.values = scores.data();
  output.capacity = c.value("capacity", wanted);
  output.captures = captures.data();
  output.capture_count = captures.size();
  session.run(batch.batch, output);
  scores.resize(wanted);
  const Json counts = {{"missing", output.counts.missing},
                       {"unknown", output.counts.unknown},
                       {"cut", output.counts.cut},
                       {"bad_values", output.counts.bad_values},
                       {"non_finite", output.counts.non_finite}};
  Found found{raw(scores), float_bytes(expect(c, "scores")), counts == expect(c, "counts") ? "" : "other counts"};
  const Json wanted_captures = expect(c, "captures");
  for (std::size_t i = 0; i < captures.size(); ++i) {
    const auto width = static_cast<std::size_t>(model.value(values[i]).width);
    rooms[i].resize(static_cast<std::size_t>(captures[i].rows) * width);
    found.bytes += raw(rooms[i]);
    found.expected += float_bytes(wanted_captures[i]["values"]);
    const char* scope = captures[i].scope == CLENS_SCOPE_REQUEST ? "request" : "candidate";
    if (wanted_captures[i]["rows"] != captures[i].rows || wanted_captures[i]["width"] != width ||
        wanted_captures[i]["scope"] != scope)
      found.wrong = "a capture of another shape";
  }
  return found;
}

Found Runner::saliency(const Json& c) const {
  const Model model = open(c, c.at("model"));
  const OwnedBatch batch(given(c.at("batch")));
  clens_session_options options = options_of(c);
  clens_saliency_spec spec = CLENS_SALIENCY_SPEC_INIT;
  spec.method = index_of(methods, c.at("method"));
  spec.level = index_of(levels, c.at("level"));
  spec.target = index_of(targets, c.at("target"));
  spec.flags = c.value("per_request", false) ? CLENS_SALIENCY_PER_REQUEST : 0;
  spec.task = c.value("task", std::size_t{0});
  spec.column = c.value("column", std::size_t{0});
  const std::vector<float> means = floats_of(c.value("means", Json::array()));
  spec.means = means.empty() ? nullptr : means.data();
  spec.mean_count = means.size();
  if (c.contains("value")) {
    spec.value = model.find_value(c["value"]);
    options.captures = &spec.value;
    options.capture_count = 1;
  }
  clicklens::Session session(model, clicklens::Inputs(batch.inputs), &options);
  const std::vector<std::uint64_t> offsets = session.saliency_offsets(batch.batch, spec);
  Found found{raw(session.saliency(batch.batch, spec)), float_bytes(expect(c, "values")), ""};
  const Json ends = expect(c, "offsets");
  if (!ends.is_null() && ends.get<std::vector<std::uint64_t>>() != offsets) found.wrong = "other offsets";
  return found;
}

// The C++ header divides: means come back as the floats that saliency takes, not as sums.
Found Runner::means(const Json&) const {
  throw NotOffered();
}

Found Runner::coverage(const Json& c) const {
  const Model model = open(c, c.at("model"));
  const OwnedBatch batch(given(c.at("batch")));
  clicklens::Session session(model, clicklens::Inputs(batch.inputs));
  return {raw(session.coverage(batch.batch)), raw(expect(c, "covered").get<std::vector<std::uint8_t>>()), ""};
}

Found Runner::cache(const Json& c) const {
  const Model model = open(c, c.at("model"));
  const OwnedBatch ads(given(c.at("ads")));
  OwnedBatch batch(given(c.at("batch")));
  clens_cache_options options = CLENS_CACHE_OPTIONS_INIT;
  options.rows = c.at("rows");
  options.storage = index_of(storages, c.value("storage", "f32"));
  options.precision = index_of(precisions, c.value("precision", "f32"));
  clicklens::Cache cache(open(c, c.value("cache_model", c.at("model"))), clicklens::Inputs(ads.inputs), options);
  cache.fill(ads.batch);
  batch.batch.cached(cache.get(), batch.cache_rows);
  clens_session_options made = options_of(c);
  made.cache = 1;
  clicklens::Session session(model, clicklens::Inputs(batch.inputs), &made);
  const std::vector<float> scores = session.run(batch.batch, kind_of(c));
  const bool same = expect(c, "filled") == cache.describe().filled;
  return {raw(scores), float_bytes(expect(c, "scores")), same ? "" : "another number of rows filled"};
}

Found Runner::delta(const Json& c) const {
  const clicklens::Model base = open(c, c.at("model"));
  const clicklens::Delta delta(models_ + "/" + c.at("delta").get<std::string>() + ".clensd");
  const OwnedBatch batch(given(c.at("batch")));
  clicklens::Session session(delta.apply(base, 1), clicklens::Inputs(batch.inputs));
  return {raw(session.run(batch.batch, kind_of(c))), float_bytes(expect(c, "scores")), ""};
}

Found Runner::file(const Json& c) const {
  const clens_model_info info = open(c, c.at("model")).describe();
  const Json about = {{"features", info.features}, {"groups", info.groups},   {"tables", info.tables},
                      {"nodes", info.nodes},       {"outputs", info.outputs}, {"layers", info.layers}};
  Found found{raw(std::vector<std::uint64_t>{info.id_low, info.id_high}), "", ""};
  if (!c.contains("expect")) return found;
  for (const std::string word : c["expect"]["id"]) found.expected += raw(std::vector<std::uint64_t>{std::stoull(word)});
  for (const auto& member : about.items())
    if (c["expect"][member.key()] != member.value()) found.wrong = "another description";
  return found;
}

Found Runner::self_test(const Json& c) const {
  open(c, c.at("model")).self_test();
  return zero();
}

Found Runner::session(const Json& c) const {
  static const char* const kinds[] = {"rows", "keys", "strings", "floats"};
  std::vector<std::pair<std::string, clens_column_kind>> inputs;
  for (const Json& input : c.at("inputs")) {
    inputs.emplace_back(input.at("name").get<std::string>(),
                        static_cast<clens_column_kind>(index_of(kinds, input.at("kind"))));
  }
  const clens_session_options options = options_of(c);
  const clicklens::Session made(open(c, c.at("model")), clicklens::Inputs(inputs), &options);
  return zero();
}

Found Runner::enumeration(const Json& c) const {
  Found found;
  for (const auto& constant : all_.at("enums").at(c.at("enum")).items()) {
    const std::int64_t own = enum_constant(constant.key());
    found.bytes += raw(std::vector<std::int64_t>{own});
    found.expected += raw(std::vector<std::int64_t>{constant.value().get<std::int64_t>()});
  }
  return found;
}

Found Runner::status_name(const Json& c) const {
  Found found = zero();
  for (std::size_t i = 0; i < c.at("statuses").size(); ++i) {
    const auto status = static_cast<clens_status>(c["statuses"][i].get<int>());
    if (expect(c, "names")[i] != clens_status_name(status)) found.wrong = "another name";
  }
  return found;
}

}  // namespace conformance
