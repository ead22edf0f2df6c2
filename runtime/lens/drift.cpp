#include "lens/drift.h"

#include <algorithm>
#include <cmath>

#include "base/stable_order.h"
#include "lens/benjamini_hochberg.h"
#include "lens/drift_columns.h"
#include "lens/drift_labels.h"
#include "lens/drift_rules.h"

namespace clicklens::lens {
namespace {

// One thing of every reference day.
template <class Thing, class Pick>
std::vector<const Thing*> each(std::span<const DriftDay> days, Pick&& pick) {
  std::vector<const Thing*> things;
  for (const DriftDay& day : days) things.push_back(&pick(day));
  return things;
}

class Measures {
 public:
  Measures(std::span<const DriftDay> reference, const DriftDay& live) : reference_(reference), live_(live) {}

  std::vector<DriftMeasure> all() {
    add_scores();
    add_features();
    add_neurons();
    if (!live_.groups.empty())
      for (const DriftMeasure& share : measure_shares(reference_, live_)) found_.push_back(share);
    add_labels();
    base::stable_sort(found_, [](const DriftMeasure& a, const DriftMeasure& b) { return a.kind < b.kind; });
    control({DriftKind::score, DriftKind::element, DriftKind::ids});
    control({DriftKind::missing, DriftKind::unknown});
    control({DriftKind::neuron});
    for (DriftMeasure& measure : found_) judge(measure);
    return std::move(found_);
  }

 private:
  DriftMeasure& put(DriftMeasure measure, DriftKind kind, std::size_t subject, std::size_t column) {
    measure.kind = kind;
    measure.subject = static_cast<std::uint32_t>(subject);
    measure.column = static_cast<std::uint32_t>(column);
    return found_.emplace_back(measure);
  }
  void add_scores();
  void add_features();
  void add_feature(std::size_t index);
  void add_neurons();
  void add_labels();
  void control(std::initializer_list<DriftKind> family);
  static void judge(DriftMeasure& measure);

  std::span<const DriftDay> reference_;
  const DriftDay& live_;
  std::vector<DriftMeasure> found_;
};

// Of a column whose PSI is the finding: its tail, in place of that of the mean, is the test.
void test_psi(DriftMeasure& measure) {
  measure.effect = measure.psi;
  measure.p = undefined;
  if (measure.psi_clustered_null > 0) measure.p = psi_tail(measure);
}

void Measures::add_scores() {
  for (std::size_t t = 0; t < live_.scores.size(); ++t) {
    const auto days = each<DriftColumn>(
        reference_, [&](const DriftDay& d) -> auto& { return d.scores[t].logit; });
    test_psi(put(measure_column(days, live_.scores[t].logit), DriftKind::score, t, 0));
  }
}

void Measures::add_features() {
  for (std::size_t f = 0; f < live_.features.size(); ++f) add_feature(f);
}

void Measures::add_feature(std::size_t f) {
  const DriftFeature& live = live_.features[f];
  const auto of = [&](const DriftDay& day) -> const DriftFeature& { return day.features[f]; };
  for (std::size_t c = 0; c < live.elements.size(); ++c) {
    const auto days = each<DriftColumn>(
        reference_, [&](const DriftDay& d) -> auto& { return of(d).elements[c]; });
    test_psi(put(measure_column(days, live.elements[c]), DriftKind::element, f, c));
  }
  const auto missing = each<Quantity>(
      reference_, [&](const DriftDay& d) -> auto& { return of(d).missing; });
  put(measure_rate(missing, live.missing), DriftKind::missing, f, 0);
  if (live.dense) return;
  const auto unknown = each<Quantity>(
      reference_, [&](const DriftDay& d) -> auto& { return of(d).unknown; });
  put(measure_rate(unknown, live.unknown), DriftKind::unknown, f, 0);
  // rows, keys and strings of the same ids have different hashes
  for (const DriftDay& day : reference_)
    if (of(day).id_kinds != live.id_kinds) return;
  const auto ids = each<Histogram>(
      reference_, [&](const DriftDay& d) -> auto& { return of(d).ids; });
  put(measure_ids(ids, live.ids), DriftKind::ids, f, 0);
}

void Measures::add_neurons() {
  for (std::size_t l = 0; l < live_.layers.size(); ++l)
    for (std::size_t c = 0; c < live_.layers[l].columns.size(); ++c) {
      const auto days = each<DriftColumn>(
          reference_, [&](const DriftDay& d) -> auto& { return d.layers[l].columns[c]; });
      put(measure_column(days, live_.layers[l].columns[c]), DriftKind::neuron, l, c);
    }
}

void Measures::add_labels() {
  for (std::size_t t = 0; t < live_.scores.size(); ++t) {
    const auto days = each<DriftLabels>(
        reference_, [&](const DriftDay& d) -> auto& { return d.scores[t].labels; });
    for (DriftMeasure measure : measure_labels(days, live_.scores[t].labels)) put(measure, measure.kind, t, 0);
  }
}

void Measures::control(std::initializer_list<DriftKind> family) {
  std::vector<DriftMeasure*> tests;
  std::vector<double> p;
  for (DriftMeasure& measure : found_) {
    if (std::find(family.begin(), family.end(), measure.kind) == family.end()) continue;
    tests.push_back(&measure);
    p.push_back(measure.p);
  }
  const std::vector<double> q = benjamini_hochberg(p);
  for (std::size_t i = 0; i < tests.size(); ++i) tests[i]->q = q[i];
}

void Measures::judge(DriftMeasure& m) {
  if (m.verdict != Verdict::none || !(m.q <= rules::q)) return;
  bool large = false;
  switch (m.kind) {
    case DriftKind::score:
    case DriftKind::element:
    case DriftKind::ids:
      large = m.psi >= rules::psi;
      break;
    case DriftKind::missing:
    case DriftKind::unknown:
      large = std::abs(m.effect) >= rules::rate;
      break;
    case DriftKind::neuron:
      large =
          std::abs(m.effect) >= rules::shift || m.sd_ratio < rules::least_sd_ratio || m.sd_ratio > rules::most_sd_ratio;
      break;
    default:
      break;
  }
  if (large) m.verdict = Verdict::found;
}

template <class Things>
std::string differ(const char* what, const Things& a, const Things& b) {
  return a.size() == b.size()
             ? std::string()
             : std::string(what) + ": " + std::to_string(a.size()) + " and " + std::to_string(b.size());
}

std::string differ(const DriftFeature& a, const DriftFeature& b) {
  if (a.name != b.name || a.dense != b.dense) return "features: '" + a.name + "' and '" + b.name + "'";
  if (a.elements.size() != b.elements.size()) return "features: widths of '" + a.name + "'";
  return {};
}

std::string differ(const DriftLayer& a, const DriftLayer& b) {
  if (a.name != b.name || a.value != b.value) return "layers: '" + a.name + "' and '" + b.name + "'";
  return a.columns.size() == b.columns.size() ? std::string() : "layers: widths of '" + a.name + "'";
}

std::string differ(const DriftScore& a, const DriftScore& b) {
  return a.task == b.task ? std::string() : "tasks: '" + a.task + "' and '" + b.task + "'";
}

std::string differ(const DriftGroup& a, const DriftGroup& b) {
  if (a.name != b.name) return "groups: '" + a.name + "' and '" + b.name + "'";
  return a.sizes.size() == b.sizes.size() ? std::string() : "buckets of saliency";
}

template <class Things>
std::string differ_in(const char* what, const Things& a, const Things& b) {
  std::string message = differ(what, a, b);
  for (std::size_t i = 0; message.empty() && i < a.size(); ++i) message = differ(a[i], b[i]);
  return message;
}

}  // namespace

std::string incomparable(const DriftDay& a, const DriftDay& b) {
  std::string message = differ_in("tasks", a.scores, b.scores);
  if (message.empty()) message = differ_in("layers", a.layers, b.layers);
  if (message.empty()) message = differ_in("features", a.features, b.features);
  if (message.empty()) message = differ_in("groups", a.groups, b.groups);
  if (message.empty()) message = differ("pooled columns", a.inputs, b.inputs);
  return message;
}

std::vector<DriftMeasure> measure_drift(std::span<const DriftDay> reference, const DriftDay& live) {
  return Measures(reference, live).all();
}

}  // namespace clicklens::lens
