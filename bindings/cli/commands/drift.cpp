// `drift`: profiles of reference days against a live one.
#include <algorithm>
#include <optional>

#include "commands/commands.h"
#include "commands/profile_files.h"
#include "data/atomic_file.h"
#include "engine/engine.h"
#include "error.h"
#include "print/prometheus.h"

namespace clicklens::cli {
namespace {

void read_traces(const clens_drift* drift, DriftReport& report) {
  for (std::size_t i = 0; i < report.info.traces; ++i) {
    std::vector<const char*> groups(report.info.groups);
    DriftReport::Trace& to = report.traces.emplace_back();
    to.shifts.resize(groups.size());
    clens_drift_trace trace = CLENS_DRIFT_TRACE_INIT;
    check(clens_drift_traced(drift, i, &trace, groups.data(), to.shifts.data(), groups.size()));
    to.layer = trace.name;
    to.neurons = trace.neurons;
    to.moved = trace.moved != 0;
    to.groups.assign(groups.begin(), groups.end());
  }
}

void read_days(const clens_drift* drift, DriftReport& report) {
  for (std::size_t i = 0; i <= report.info.days; ++i) {
    clens_drift_day day = CLENS_DRIFT_DAY_INIT;
    if (clens_drift_labels(drift, 0, i, &day) != CLENS_OK) return;  // profiles without scores
    report.days.push_back({i < report.info.days ? report.reference[i] : report.live, day});
  }
  const bool labelled = std::any_of(report.days.begin(), report.days.end(),
                                    [](const DriftReport::Day& day) { return day.figures.rows > 0; });
  if (!labelled) report.days.clear();
}

}  // namespace

DriftReport compare_profiles(const clens_model* model, const std::vector<NamedProfile>& reference,
                             const NamedProfile& live) {
  DriftReport report;
  report.live = live.name;
  report.traced = model != nullptr;
  std::vector<const clens_profile*> profiles;
  for (const NamedProfile& each : reference) {
    report.reference.push_back(each.name);
    profiles.push_back(each.profile.get());
  }
  clens_drift* made = nullptr;
  check(clens_drift_compare(model, profiles.data(), profiles.size(), live.profile.get(), &made));
  const Handle<clens_drift> drift(made);
  check(clens_drift_describe(drift.get(), &report.info));
  std::vector<clens_drift_measure> measures(report.info.measures);
  check(clens_drift_read(drift.get(), measures.data(), sizeof(clens_drift_measure), measures.size()));
  for (const clens_drift_measure& measure : measures) report.measures.push_back({measure.name, measure});
  read_traces(drift.get(), report);
  read_days(drift.get(), report);
  return report;
}

DriftReport drift(const DriftOptions& options) {
  std::optional<Model> model;
  if (!options.model.empty()) model.emplace(options.model);
  std::vector<NamedProfile> profiles;
  for (const std::string& path : options.profiles) profiles.push_back({path, read_profile(path)});
  const NamedProfile live = std::move(profiles.back());
  profiles.pop_back();
  DriftReport report = compare_profiles(model ? model->get() : nullptr, profiles, live);
  if (!options.prometheus.empty()) {
    AtomicFile file(options.prometheus);
    file.write(prometheus_text(report));
    file.commit();
  }
  return report;
}

}  // namespace clicklens::cli
