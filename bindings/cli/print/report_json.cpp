// The figures of a report, as report/report.schema.json describes them.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <iterator>

#include "print/format.h"
#include "print/json.h"
#include "print/print.h"

namespace clicklens::cli {
namespace {

using Checkpoint = ReportFigures::Checkpoint;

// Of a day, by size; and of all days of a page.
constexpr std::size_t most_drift_findings = 30, page_drift_findings = 1500;

// Seven digits: what a page can show, in half the space.
void round_numbers(Json& json) {
  if (json.is_number_float()) {
    const double value = json.get<double>();
    json = std::isfinite(value) ? Json(std::strtod(fmt::format("{:.7g}", value).c_str(), nullptr)) : Json();
  } else if (json.is_structured()) {
    for (Json& each : json) round_numbers(each);
  }
}

Json to_json(const ReportFigures::Scores& scores) {
  Json histograms = Json::array(), calibration = Json::array();
  for (std::size_t split = 0; split < 2; ++split) {
    for (std::size_t label = 0; label < 2; ++label)
      histograms.push_back(Json{{"split", ReportFigures::split_names[split]},
                                {"label", label},
                                {"counts", scores.histograms[split].counts[label]}});
    Json points = Json::array();
    for (const auto& p : scores.calibration[split])
      points.push_back(Json{{"predicted", p.predicted},
                            {"observed", p.observed},
                            {"low", p.low},
                            {"high", p.high},
                            {"rows", p.rows},
                            {"clicks", p.clicks}});
    calibration.push_back(Json{{"split", ReportFigures::split_names[split]}, {"points", points}});
  }
  return {{"from", scores.histograms[0].from},
          {"width", scores.histograms[0].width},
          {"histograms", histograms},
          {"calibration", calibration}};
}

// One list per figure: a table of thousands of neurons without its keys a thousand times.
Json neurons_json(const ReportFigures::Layer& layer) {
  Json json = {{"neuron", layer.listed}};
  const auto column = [&](const char* name, const NeuronsReport::Layer& of, auto figure) {
    Json& list = json[name] = Json::array();
    for (const std::size_t i : layer.listed) list.push_back(figure(of.neurons[i]));
  };
  const auto active = [](const clens_neuron& n) {
    return n.rows == 0 ? not_known : static_cast<double>(n.active) / static_cast<double>(n.rows);
  };
  column("mean", layer.train, [](const clens_neuron& n) { return n.mean; });
  column("sd", layer.train, [](const clens_neuron& n) { return n.sd; });
  column("sd_test", layer.test, [](const clens_neuron& n) { return n.sd; });
  column("active", layer.train, active);
  column("active_test", layer.test, active);
  column("auc", layer.train, [](const clens_neuron& n) { return n.auc; });
  column("auc_test", layer.test, [](const clens_neuron& n) { return n.auc; });
  column("label_correlation", layer.train, [](const clens_neuron& n) { return n.label_correlation; });
  column("score_correlation", layer.train, [](const clens_neuron& n) { return n.score_correlation; });
  column("findings", layer.train, [](const clens_neuron& n) { return findings_json(n.findings); });
  return json;
}

Json points_json(const std::vector<std::array<double, 2>>& points) {
  Json json = Json::array();
  for (const auto& point : points) json.push_back(Json(point));
  return json;
}

Json to_json(const ReportFigures::Layer& layer) {
  const clens_neuron_layer& s = layer.train.stats;
  return {{"layer", layer.train.name},
          {"op", layer.train.op},
          {"width", s.width},
          {"rows", s.rows},
          {"rows_test", layer.test.stats.rows},
          {"effective_rank", s.effective_rank},
          {"effective_rank_test", layer.test.stats.effective_rank},
          {"redundant", s.redundant != 0},
          {"dead", s.dead},
          {"saturated", s.saturated},
          {"duplicates", s.duplicates},
          {"spread_ratio", layer.change.spread_ratio},
          {"spread",
           {{"rank", layer.spread.ranks},
            {"train", layer.spread.sd[0]},
            {"test", layer.spread.sd[1]},
            {"known_rows", layer.spread.known_rows},
            {"known_train", layer.spread.known[0]},
            {"known_test", layer.spread.known[1]}}},
          {"components",
           {{"share", layer.components.share},
            {"other", points_json(layer.components.points[0])},
            {"click", points_json(layer.components.points[1])}}},
          {"neurons", neurons_json(layer)}};
}

Json to_json(const DriftReport& drift, std::size_t most) {
  Json kinds = Json::array();
  for (std::uint32_t kind = 0; kind < std::size(drift_kind_names); ++kind) {
    std::array<std::uint64_t, 3> verdicts{};
    for (const auto& measure : drift.measures)
      if (measure.figures.kind == kind) ++verdicts[measure.figures.verdict];
    if (verdicts[0] + verdicts[1] + verdicts[2] == 0) continue;
    kinds.push_back(Json{{"kind", drift_kind_names[kind]},
                         {"unchanged", verdicts[CLENS_DRIFT_NONE]},
                         {"found", verdicts[CLENS_DRIFT_FOUND]},
                         {"not_enough", verdicts[CLENS_DRIFT_NOT_ENOUGH]}});
  }
  std::vector<const DriftReport::Measure*> found;
  double score_psi = not_known;
  for (const auto& measure : drift.measures) {
    if (measure.figures.verdict == CLENS_DRIFT_FOUND) found.push_back(&measure);
    if (measure.figures.kind == CLENS_DRIFT_SCORE && std::isnan(score_psi)) score_psi = measure.figures.psi;
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto* a, const auto* b) { return std::abs(a->figures.z) > std::abs(b->figures.z); });
  Json findings = Json::array();
  for (const auto* measure : found)
    if (findings.size() < most) findings.push_back(to_json(*measure));
  return {{"file", drift.live},        {"rows", drift.info.live_rows},
          {"found", drift.info.found}, {"not_enough", drift.info.not_enough},
          {"score_psi", score_psi},    {"kinds", kinds},
          {"findings", findings}};
}

Json to_json(const ReportFigures::Diagnosis& diagnosis) {
  Json findings = Json::array();
  for (const auto& f : diagnosis.findings) {
    Json evidence = Json::array();
    for (const auto& e : f.evidence)
      evidence.push_back(Json{{"name", e.name}, {"value", e.value}, {"low", e.low}, {"high", e.high}});
    findings.push_back(Json{{"kind", f.kind},
                            {"severity", f.severity},
                            {"subject", f.subject},
                            {"text", f.text},
                            {"caveat", f.caveat},
                            {"command", f.command},
                            {"evidence", evidence},
                            {"evidence_left_out", f.evidence_left_out}});
  }
  return {{"checked", diagnosis.checked},
          {"not_enough", diagnosis.not_enough},
          {"findings", findings},
          {"left_out", diagnosis.left_out}};
}

Json missing_json(const std::string& why) {
  return why.empty() ? Json() : Json(why);
}

Json to_json(const Checkpoint& from, std::size_t checkpoints) {
  const std::size_t days = std::max<std::size_t>(from.drift.size(), 1);
  const std::size_t most_drift = std::min(most_drift_findings, page_drift_findings / (days * checkpoints) + 1);
  Json metrics = Json::array(), layers = Json::array(), drift = Json::array();
  for (const auto& day : from.metrics.days) metrics.push_back(to_json(day));
  for (const auto& layer : from.layers) layers.push_back(to_json(layer));
  for (const auto& day : from.drift) drift.push_back(to_json(day, most_drift));
  return {{"file", from.file},
          {"name", base_name(from.file)},
          {"model", from.model},
          {"id", from.id},
          {"metrics", metrics},
          {"scores", to_json(from.scores)},
          {"layers", layers},
          {"probe", from.probe_missing.empty() ? to_json(from.probe) : Json()},
          {"probe_missing", missing_json(from.probe_missing)},
          {"saliency", to_json(from.saliency)},
          {"groups_left_out", from.groups_left_out},
          {"drift", drift},
          {"drift_missing", missing_json(from.drift_missing)},
          {"diagnosis", from.diagnosis ? to_json(*from.diagnosis) : Json()}};
}

}  // namespace

Json to_json(const ReportFigures& figures) {
  Json days = Json::array(), checkpoints = Json::array();
  for (const auto& day : figures.days)
    days.push_back(
        Json{{"file", day.file}, {"name", base_name(day.file)}, {"split", ReportFigures::split_names[day.split]}});
  for (const auto& checkpoint : figures.checkpoints)
    checkpoints.push_back(to_json(checkpoint, figures.checkpoints.size()));
  Json json = {{"format", "clicklens-report-1"},
               {"clicklens", figures.version},
               {"task", figures.task},
               {"days", days},
               {"checkpoints", checkpoints}};
  round_numbers(json);
  return json;
}

void print_json(const ReportFigures& figures) {
  put(to_json(figures));
}

}  // namespace clicklens::cli
