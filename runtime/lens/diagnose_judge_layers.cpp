// What layers add, by probes: fitted on one day that the network was not trained on, evaluated on another.
#include <algorithm>
#include <cmath>
#include <utility>

#include "lens/diagnose_judge.h"
#include "lens/diagnose_text.h"

namespace clicklens::lens {

using base::Status;

namespace {

// Logits of probes on all rows of a day, with what is known of the rows.
struct ProbedRows {
  std::vector<std::vector<float>> logits;  // by probe
  std::vector<std::uint8_t> labels;
  std::vector<std::uint64_t> clusters;
};

base::Result<ProbedRows> probed_logits(const Probe& probe, std::initializer_list<const ProbeRows*> parts) {
  ProbedRows all;
  all.logits.resize(probe.list().size());
  for (const ProbeRows* part : parts) {
    for (std::size_t i = 0; i < all.logits.size(); ++i) {
      const auto logits = probe.logits(i, *part);
      if (!logits.ok()) return logits.status();
      for (const double z : *logits) all.logits[i].push_back(static_cast<float>(z));
    }
    const ProbeData& data = part->data();
    all.labels.insert(all.labels.end(), data.labels().begin(), data.labels().end());
    all.clusters.insert(all.clusters.end(), data.clusters().begin(), data.clusters().end());
  }
  return all;
}

std::uint64_t probed_clicks(const ProbedDay& day) {
  return day.fit.data().clicks() + day.rest.data().clicks();
}

std::uint64_t probed_rows(const ProbedDay& day) {
  return day.fit.data().rows() + day.rest.data().rows();
}

bool has_both_classes(const ProbeRows& rows) {
  return rows.data().clicks() > 0 && rows.data().clicks() < rows.data().rows();
}

// Enough clicks, and both classes in what the probe is fitted to and in what chooses its lambda.
bool is_probe_enough(const ProbedDay* day) {
  return day != nullptr && probed_clicks(*day) >= diagnose_rules::clicks && has_both_classes(day->fit) &&
         has_both_classes(day->rest);
}

// Cutting at `step.before` loses every layer behind it, not only the one that adds nothing.
void name_later(LayerStep& step, std::span<const LayerStep> behind) {
  double best = step.difference.auc_a + diagnose_rules::auc_added;
  for (const LayerStep& other : behind) {
    if (!(other.difference.auc_b > best)) continue;
    best = step.later_auc = other.difference.auc_b;
    step.later = other.layer;
  }
}

}  // namespace

std::vector<std::pair<std::size_t, std::size_t>> layer_steps(const format::ModelDesc& desc,
                                                             const std::vector<std::uint32_t>& values) {
  std::vector<std::pair<std::size_t, std::size_t>> steps;
  for (std::size_t layer = 1; layer < values.size(); ++layer) {
    // Nodes are in topological order: from the last one back, what the layer is computed from.
    std::vector<std::uint8_t> needed(desc.values.size());
    needed[values[layer]] = 1;
    for (auto node = desc.nodes.rbegin(); node != desc.nodes.rend(); ++node) {
      const bool makes =
          std::any_of(node->outputs.begin(), node->outputs.end(), [&](auto v) { return needed[v] != 0; });
      if (!makes) continue;
      for (const std::uint32_t input : node->inputs) needed[input] = 1;
    }
    for (std::size_t before = layer; before-- > 0;)
      if (needed[values[before]] != 0) {
        steps.emplace_back(before, layer);
        break;
      }
  }
  return steps;
}

Status DiagnosisJudge::layers() {
  const auto steps = layer_steps(model_.desc(), diagnosis_.layers_);
  const ProbedDay* fit = fresh_.empty() ? nullptr : fresh_[0]->probed();
  const ProbedDay* eval = fresh_.size() < 2 ? nullptr : fresh_[1]->probed();
  const auto step_of = [&](std::size_t before, std::size_t layer) {
    LayerStep step;
    step.layer = probed_name(model_.desc(), diagnosis_.layers_[layer]);
    step.before = probed_name(model_.desc(), diagnosis_.layers_[before]);
    step.fit = fit != nullptr ? fresh_[0]->name() : std::string();
    step.eval = eval != nullptr ? fresh_[1]->name() : std::string();
    step.rows = eval != nullptr ? probed_rows(*eval) : 0;
    step.clicks = eval != nullptr ? probed_clicks(*eval) : 0;
    step.fit_clicks = fit != nullptr ? probed_clicks(*fit) : 0;
    return step;
  };
  if (steps.empty()) return {};
  if (!is_probe_enough(fit) || !is_probe_enough(eval)) {
    for (const auto& [before, layer] : steps) put(judge_layer(step_of(before, layer)));
    return {};
  }
  const auto probe = Probe::fit(fit->fit, &fit->rest, {});
  if (!probe.ok()) return probe.status();
  const auto rows = probed_logits(*probe, {&eval->fit, &eval->rest});
  if (!rows.ok()) return rows.status();
  std::vector<LayerStep> judged;
  for (const auto& [before, layer] : steps) {
    const auto difference = compare_aucs(rows->logits[before], rows->logits[layer], rows->labels, rows->clusters, 128);
    if (!difference.ok()) return difference.status();
    judged.push_back(step_of(before, layer));
    judged.back().difference = *difference;
  }
  for (std::size_t i = 0; i < judged.size(); ++i) {
    name_later(judged[i], std::span(judged).subspan(i + 1));
    put(judge_layer(judged[i]));
  }
  return {};
}

base::Result<Evidence> DiagnosisJudge::probe_gap() const {
  const ProbedDay *train = train_.front()->probed(), *fresh = fresh_.front()->probed();
  if (!is_probe_enough(train) || !is_probe_enough(fresh)) return Evidence{};
  const auto probe = Probe::fit(train->fit, &train->rest, {});
  if (!probe.ok()) return probe.status();
  const auto auc = [&](std::initializer_list<const ProbeRows*> parts, MetricsResult& result) -> Status {
    const auto rows = probed_logits(*probe, parts);
    if (!rows.ok()) return rows.status();
    auto metrics = Metrics::create({});
    if (!metrics.ok()) return metrics.status();
    CLENS_TRY(metrics->add(rows->logits.back().data(), rows->labels.data(), nullptr, rows->clusters.data(),
                           rows->labels.size()));
    result = metrics->compute();
    return {};
  };
  MetricsResult in, out;
  CLENS_TRY(auc({&train->fit}, in));
  CLENS_TRY(auc({&fresh->fit, &fresh->rest}, out));
  const double gap = in.auc - out.auc, half = diagnose_rules::interval * std::hypot(in.auc_se, out.auc_se);
  return Evidence{"probe_gap " + probed_name(model_.desc(), diagnosis_.layers_.back()), gap, gap - half, gap + half};
}

}  // namespace clicklens::lens
