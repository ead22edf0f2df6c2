// Attributions, probes and profiles of the C++ runner.
#include <clicklens/probe.hpp>
#include <clicklens/profile.hpp>

#include "json_choices.h"

namespace conformance {

using clicklens::Model;

Found Runner::attribution(const Json& c) const {
  const Model model = open(c, c.at("model"));
  const OwnedBatch batch(given(c.at("batch")));
  clens_attribution_spec spec = CLENS_ATTRIBUTION_SPEC_INIT;
  std::vector<std::size_t> layers;
  if (c.contains("layer")) layers.push_back(spec.layer = model.find_value(c["layer"]));
  if (c.contains("value")) layers.push_back(spec.value = model.find_value(c["value"]));
  spec.method = index_of(attributions, c.at("method"));
  spec.level = index_of(levels, c.at("level"));
  spec.target = index_of(targets, c.at("target"));
  spec.task = c.value("task", std::size_t{0});
  spec.column = c.value("column", std::size_t{0});
  const std::vector<float> baselines = floats_of(c.value("baselines", Json::array()));
  const std::vector<float> spreads = floats_of(c.value("spreads", Json::array()));
  spec.baselines = baselines.data();
  spec.baseline_rows = c.value("baseline_rows", std::size_t{0});
  spec.spreads = spreads.data();
  spec.spread_count = spreads.size();
  spec.steps = c.value("steps", 0u);
  spec.draws = c.value("draws", 0u);
  spec.seed = std::stoull(c.value("seed", "0"));
  clicklens::Explainer explainer(model, clicklens::Inputs(batch.inputs), layers);
  return {raw(explainer.attribute(batch.batch, spec).values), float_bytes(expect(c, "values")), ""};
}

Found Runner::probe(const Json& c) const {
  const Model model = open(c, c.at("model"));
  const OwnedBatch batch(given(c.at("batch")));
  const clicklens::Inputs inputs(batch.inputs);
  const clicklens::Probe probe = clicklens::Probe::of(model);
  clens_session_options options = options_of(c);
  options.probe = probe.get();
  clicklens::Session session(model, inputs, &options);
  std::vector<float> scores(batch.batch.candidates() * model.describe().outputs);
  std::vector<float> logits(batch.batch.candidates() * probe.count());
  clens_output output = CLENS_OUTPUT_INIT;
  output.values = scores.data();
  output.capacity = scores.size();
  output.probe_logits = logits.data();
  output.probe_capacity = logits.size();
  session.run(batch.batch, output);
  Found found{raw(logits), float_bytes(expect(c, "logits")), ""};
  std::vector<std::size_t> values;
  Json names = Json::array();
  for (std::size_t i = 0; i < probe.count(); ++i) {
    values.push_back(probe.describe(i).value);
    names.push_back({{"name", probe.describe(i).name}, {"width", probe.describe(i).width}});
  }
  if (names != expect(c, "probes")) found.wrong = "other probes";
  clens_session_options observing = CLENS_SESSION_OPTIONS_INIT;
  observing.observed = values.data();
  observing.observed_count = values.size();
  clicklens::Session watched(model, inputs, &observing);
  clicklens::ProbeRows rows(model, values);
  const auto labels = c.at("labels").get<std::vector<std::uint8_t>>();
  clens_rows info = CLENS_ROWS_INIT;
  info.labels = labels.data();
  rows.add(watched, batch.batch, info);
  std::vector<double> aucs;
  for (std::size_t i = 0; i < probe.count(); ++i) aucs.push_back(probe.evaluate(i, rows).auc);
  if (raw(aucs) != raw(words_of(expect(c, "auc")))) found.wrong = "another AUC";
  return found;
}

Found Runner::exit(const Json& c) const {
  const Model model = open(c, c.at("model"));
  const OwnedBatch batch(given(c.at("batch")));
  const clicklens::Probe probe = clicklens::Probe::of(model);
  clens_session_options options = options_of(c);
  options.probe = probe.get();
  options.exit_probe = c.at("probe").get<std::uint32_t>() + 1;
  options.exit_bound = float_of(c.at("bound"));
  clicklens::Session session(model, clicklens::Inputs(batch.inputs), &options);
  std::vector<float> scores(batch.batch.candidates());
  clens_output output = CLENS_OUTPUT_INIT;
  output.kind = kind_of(c);
  output.values = scores.data();
  output.capacity = scores.size();
  session.run(batch.batch, output);
  const bool same = expect(c, "exited") == output.exited;
  return {raw(scores), float_bytes(expect(c, "scores")), same ? "" : "another number of early exits"};
}

Found Runner::profile(const Json& c) const {
  const Model model = open(c, c.at("model"));
  clens_profile_options options = CLENS_PROFILE_OPTIONS_INIT;
  for (const std::string name : c.at("sections")) options.sections |= 1u << index_of(sections, name);
  const std::vector<float> means = floats_of(c.value("means", Json::array()));
  options.means = means.empty() ? nullptr : means.data();
  options.mean_count = means.size();
  const bool merge = c.value("merge", false);
  std::vector<clicklens::Profile> profiles;
  for (const Json& part : c.at("parts")) {
    if (merge || profiles.empty()) profiles.emplace_back(model, &options);
    clicklens::Profile& profile = profiles.back();
    clens_session_options made = CLENS_SESSION_OPTIONS_INIT;
    made.observed = profile.values().data();
    made.observed_count = profile.values().size();
    made.gradients = (options.sections & CLENS_PROFILE_SALIENCY) != 0 ? CLENS_GRADIENTS_FULL : CLENS_GRADIENTS_NONE;
    const OwnedBatch batch(given(part.at("batch")));
    clicklens::Session session(model, clicklens::Inputs(batch.inputs), &made);
    const auto labels = part.value("labels", Json::array()).get<std::vector<std::uint8_t>>();
    clens_rows rows = CLENS_ROWS_INIT;
    rows.labels = labels.empty() ? nullptr : labels.data();
    rows.first_row = part.at("first_row");
    profile.add(session, batch.batch, &rows);
  }
  for (std::size_t i = profiles.size() - 1; i > 0; --i) profiles.back().merge(profiles[i - 1]);
  const bool same = profiles.back().describe().rows == expect(c, "rows");
  return {raw(profiles.back().save()), "", same ? "" : "another number of rows"};
}

}  // namespace conformance
