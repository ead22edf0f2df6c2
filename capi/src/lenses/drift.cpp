#include <cstring>

#include "guard.h"
#include "handles.h"
#include "lens/drift_labels.h"
#include "lens/drift_profile.h"
#include "profile.h"
#include "sized.h"

struct clens_drift {
  clicklens::lens::Drift drift;
  std::vector<std::string> groups;  // of the model, for traces
};

namespace clicklens::capi {
namespace {

using base::Code;
using base::Status;
using lens::DriftKind;
using lens::DriftMeasure;

const std::string& name_of(const lens::DriftDay& day, const DriftMeasure& measure) {
  switch (measure.kind) {
    case DriftKind::element:
    case DriftKind::ids:
    case DriftKind::missing:
    case DriftKind::unknown:
      return day.features[measure.subject].name;
    case DriftKind::neuron:
      return day.layers[measure.subject].name;
    case DriftKind::saliency:
      return day.groups[measure.subject].name;
    default:
      return day.scores[measure.subject].task;
  }
}

clens_drift_measure to_c(const lens::DriftDay& day, const DriftMeasure& from) {
  clens_drift_measure to{};
  to.name = name_of(day, from).c_str();
  to.reference = from.reference;
  to.live = from.live;
  to.effect = from.effect;
  to.sd_ratio = from.sd_ratio;
  to.se = from.se;
  to.z = from.z;
  to.p = from.p;
  to.q = from.q;
  to.low = from.low;
  to.high = from.high;
  to.psi = from.psi;
  to.psi_null = from.psi_null;
  to.psi_clustered_null = from.psi_clustered_null;
  to.ks = from.ks;
  to.jensen_shannon = from.jensen_shannon;
  to.hellinger = from.hellinger;
  to.wasserstein = from.wasserstein;
  to.kind = static_cast<std::uint32_t>(from.kind);
  to.verdict = static_cast<std::uint32_t>(from.verdict);
  to.subject = from.subject;
  to.column = from.column;
  return to;
}

clens_drift_info describe(const clens_drift& drift) {
  clens_drift_info info = CLENS_DRIFT_INFO_INIT;
  for (const lens::DriftDay& day : drift.drift.reference) info.reference_rows += day.rows;
  info.live_rows = drift.drift.live.rows;
  info.days = drift.drift.reference.size();
  info.measures = drift.drift.measures.size();
  for (const DriftMeasure& measure : drift.drift.measures) {
    info.found += measure.verdict == lens::Verdict::found ? 1 : 0;
    info.not_enough += measure.verdict == lens::Verdict::not_enough ? 1 : 0;
  }
  info.traces = drift.drift.traces.size();
  info.groups = drift.groups.size();
  return info;
}

Status too_small(std::size_t capacity, std::size_t needed, const char* what) {
  return Status::error(Code::buffer_too_small, "capacity: %zu, there are %zu %s", capacity, needed, what);
}

}  // namespace
}  // namespace clicklens::capi

using clicklens::base::Code;
using clicklens::base::Status;
using clicklens::capi::guard;
using clicklens::capi::require;

clens_status clens_drift_compare(const clens_model* model, const clens_profile* const* reference, size_t count,
                                 const clens_profile* live, clens_drift** out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(live, "live"));
    CLENS_TRY(require(out, "out"));
    if (count > 0) CLENS_TRY(require(reference, "reference"));
    std::vector<const clicklens::lens::Profile*> days;
    for (std::size_t i = 0; i < count; ++i) {
      if (reference[i] == nullptr) return Status::error(Code::invalid_argument, "reference[%zu]: NULL", i);
      days.push_back(reference[i]->profile.get());
    }
    auto made =
        clicklens::lens::compare_profiles(model != nullptr ? model->model.get() : nullptr, days, *live->profile);
    if (!made.ok()) return made.status();
    auto drift = std::make_unique<clens_drift>();
    drift->drift = std::move(*made);
    if (model != nullptr) drift->groups = model->model->groups();
    *out = drift.release();
    return {};
  });
}

void clens_drift_release(clens_drift* drift) {
  delete drift;
}

clens_status clens_drift_describe(const clens_drift* drift, clens_drift_info* info) {
  return guard([&]() -> Status {
    CLENS_TRY(require(drift, "drift"));
    CLENS_TRY(require(info, "info"));
    return clicklens::capi::write_sized(clicklens::capi::describe(*drift), "info", info);
  });
}

clens_status clens_drift_read(const clens_drift* drift, clens_drift_measure* measures, size_t stride, size_t capacity) {
  return guard([&]() -> Status {
    CLENS_TRY(require(drift, "drift"));
    const auto& from = drift->drift.measures;
    if (from.empty()) return {};
    CLENS_TRY(require(measures, "measures"));
    CLENS_TRY(clicklens::capi::check_stride<clens_drift_measure>(stride, "stride"));
    if (capacity < from.size()) return clicklens::capi::too_small(capacity, from.size(), "measures");
    auto* bytes = reinterpret_cast<unsigned char*>(measures);
    for (std::size_t i = 0; i < from.size(); ++i) {
      const clens_drift_measure measure = clicklens::capi::to_c(drift->drift.live, from[i]);
      std::memcpy(bytes + i * stride, &measure, std::min(stride, sizeof measure));
    }
    return {};
  });
}

clens_status clens_drift_traced(const clens_drift* drift, size_t trace, clens_drift_trace* out, const char** groups,
                                double* shifts, size_t capacity) {
  return guard([&]() -> Status {
    CLENS_TRY(require(drift, "drift"));
    CLENS_TRY(require(out, "out"));
    CLENS_TRY(require(groups, "groups"));
    CLENS_TRY(require(shifts, "shifts"));
    if (trace >= drift->drift.traces.size())
      return Status::error(Code::invalid_argument, "trace: %zu of %zu", trace, drift->drift.traces.size());
    const clicklens::lens::DriftTrace& from = drift->drift.traces[trace];
    if (capacity < from.groups.size()) return clicklens::capi::too_small(capacity, from.groups.size(), "groups");
    for (std::size_t i = 0; i < from.groups.size(); ++i) {
      groups[i] = drift->groups[from.groups[i].group].c_str();
      shifts[i] = from.groups[i].shift;
    }
    clens_drift_trace known = CLENS_DRIFT_TRACE_INIT;
    known.name = drift->drift.live.layers[from.layer].name.c_str();
    known.neurons = from.neurons;
    known.moved = from.moved ? 1 : 0;
    return clicklens::capi::write_sized(known, "out", out);
  });
}

clens_status clens_drift_labels(const clens_drift* drift, size_t task, size_t day, clens_drift_day* out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(drift, "drift"));
    CLENS_TRY(require(out, "out"));
    const auto& days = drift->drift.reference;
    if (day > days.size()) return Status::error(Code::invalid_argument, "day: %zu of %zu", day, days.size() + 1);
    const clicklens::lens::DriftDay& of = day < days.size() ? days[day] : drift->drift.live;
    if (task >= of.scores.size())
      return Status::error(Code::invalid_argument, "task: %zu of %zu", task, of.scores.size());
    const auto figures = clicklens::lens::label_figures(of.scores[task].labels);
    clens_drift_day known = CLENS_DRIFT_DAY_INIT;
    known.rows = figures.rows;
    known.clicks = figures.clicks;
    known.auc = figures.auc;
    known.auc_se = figures.auc_se;
    known.slope = figures.slope;
    known.slope_se = figures.slope_se;
    known.calibration = figures.calibration;
    known.log_calibration_se = figures.calibration_se;
    return clicklens::capi::write_sized(known, "out", out);
  });
}
