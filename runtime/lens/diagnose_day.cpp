#include "lens/diagnose_day.h"

#include <algorithm>
#include <cmath>

#include "base/stable_order.h"
#include "lens/diagnose_rules.h"
#include "lens/metrics_jackknife.h"

namespace clicklens::lens {
namespace {

using base::Status;

// Users that choose a probe's lambda, where they are rows of the day it is fitted to.
bool is_rest(std::uint64_t cluster) {
  return mix(cluster ^ 0x9E3779B97F4A7C15ull) % 5 == 0;
}

}  // namespace

base::Result<DiagnosisDay> DiagnosisDay::create(DayPart part, std::string name,
                                                std::shared_ptr<const exec::Model> model,
                                                const ProfileOptions& options) {
  auto metrics = Metrics::create(diagnosis_metrics);
  if (!metrics.ok()) return metrics.status();
  auto profile = Profile::create(model, options);
  if (!profile.ok()) return profile.status();
  return DiagnosisDay(part, std::move(name), std::move(model), std::move(*metrics), std::move(*profile));
}

Status DiagnosisDay::add(const DayBatch& of) {
  const std::size_t n = of.logits.size();
  CLENS_TRY(
      profile_->add(of.session, of.batch, {of.rows.labels, of.clusters.data(), of.rows.request_keys, std::nullopt}));
  CLENS_TRY(metrics_.add(of.logits.data(), of.rows.labels, nullptr, of.clusters.data(), n));
  for (std::size_t i = 0; i < n; ++i) {
    if (!std::isfinite(of.logits[i])) continue;
    const std::uint32_t bucket = bucket_of(of.clusters[i], diagnosis_buckets);
    spread_.add(of.logits[i], bucket);
    if (of.covered[i] != 0) covered_spread_.add(of.logits[i], bucket);
  }
  rows_ += n;
  return {};
}

Status DiagnosisDay::probe(const DayBatch& of, std::span<const std::uint32_t> layers, std::uint64_t most) {
  if (!probed_) {
    const ProbeRowsOptions options{{layers.begin(), layers.end()}};
    auto fit = ProbeRows::create(model_, options);
    if (!fit.ok()) return fit.status();
    auto rest = ProbeRows::create(model_, options);
    if (!rest.ok()) return rest.status();
    probed_.emplace(ProbedDay{std::move(*fit), std::move(*rest)});
  }
  const std::uint64_t kept = probed_->fit.data().rows() + probed_->rest.data().rows();
  std::uint64_t room = most > kept ? most - kept : 0;
  if (room == 0) return {};
  std::vector<std::uint8_t> fit(of.clusters.size()), rest(of.clusters.size());
  for (std::size_t i = 0; i < fit.size() && room > 0; ++i, --room) (is_rest(of.clusters[i]) ? rest : fit)[i] = 1;
  const RowInfo info{of.rows.labels, of.clusters.data(), nullptr, nullptr, nullptr};
  CLENS_TRY(probed_->fit.add(of.session, of.batch, info, fit.data()));
  return probed_->rest.add(of.session, of.batch, info, rest.data());
}

Status DiagnosisDay::permute(const DayBatch& of, const ImportanceOptions& options) {
  if (permuted_) return {};
  permuted_ = true;
  const std::size_t n = of.logits.size();
  const auto clicks = static_cast<std::uint64_t>(std::count(of.rows.labels, of.rows.labels + n, 1));
  if (clicks == 0 || clicks == n || !of.finite) return {};  // no AUC
  auto made = Importance::measure(of.session, of.batch, {of.rows.labels, n}, of.clusters, options);
  if (!made.ok()) return made.status();
  importance_.emplace(DayImportance{name_, std::move(*made), n, clicks, {}, {}, {}});
  // Few clicks make no finding, so there is nothing to join.
  return clicks < diagnose_rules::clicks ? Status() : join_useless(of, options);
}

// One group after the other, the least first; a group with which the set loses too much stays out of it.
Status DiagnosisDay::join_useless(const DayBatch& of, const ImportanceOptions& options) {
  DayImportance& to = *importance_;
  const auto drop = [&](std::size_t g) { return to.importance.group(g).drop; };
  const std::vector<std::size_t> order =
      base::stable_order(to.importance.groups(), [&](std::size_t a, std::size_t b) { return drop(a) < drop(b); });
  for (const std::size_t group : order) {
    if (!may_be_useless(to.importance.group(group))) continue;
    std::vector<std::size_t> set = to.useless;
    set.push_back(group);
    if (set.size() == 1) {  // with no other its draws are those that were measured
      to.useless = std::move(set);
      to.joint = to.importance.group(group);
      continue;
    }
    auto joint = Importance::joint(of.session, of.batch, {of.rows.labels, of.logits.size()}, of.clusters, options, set);
    if (!joint.ok()) return joint.status();
    if (!may_be_useless(*joint)) {
      to.hidden.emplace(group, *joint);
      continue;
    }
    to.useless = std::move(set);
    to.joint = *joint;
  }
  return {};
}

}  // namespace clicklens::lens
