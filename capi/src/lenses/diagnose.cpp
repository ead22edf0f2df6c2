// clens_diagnosis_*.
#include "lens/diagnose.h"

#include <algorithm>

#include "batch.h"
#include "guard.h"
#include "sized.h"

struct clens_diagnosis {
  std::unique_ptr<clicklens::lens::Diagnosis> diagnosis;
  std::vector<clicklens::lens::Finding> findings;
};

namespace clicklens::capi {
namespace {

using base::Code;
using base::Status;

Status read_options(const clens_diagnosis_options* given, lens::DiagnosisOptions& options) {
  clens_diagnosis_options known = CLENS_DIAGNOSIS_OPTIONS_INIT;
  CLENS_TRY(read_sized(given, "options", known));
  if (known.reserved != 0) return Status::error(Code::invalid_argument, "options.reserved: must be 0");
  if (known.task >= format::no_index) return Status::error(Code::invalid_argument, "options.task: %zu", known.task);
  options.task = static_cast<std::uint32_t>(known.task);
  if (known.probe_rows != 0) options.probe_rows = known.probe_rows;
  if (known.seed != 0) options.seed = known.seed;
  if (known.draws != 0) options.draws = known.draws;
  return {};
}

Status read_rows(const clens_rows* given, const clens_batch* batch, lens::DiagnosisRows& rows) {
  clens_batch known_batch = CLENS_BATCH_INIT;
  CLENS_TRY(read_sized(batch, "batch", known_batch));
  clens_rows known = CLENS_ROWS_INIT;
  CLENS_TRY(read_sized(given, "rows", known));
  rows = {known.labels, known.clusters, known.groups, known_batch.request_keys};
  return {};
}

clens_finding to_c(const lens::Finding& from) {
  clens_finding to = CLENS_FINDING_INIT;
  to.kind = static_cast<std::uint32_t>(from.kind);
  to.state = static_cast<std::uint32_t>(from.state);
  to.severity = static_cast<std::uint32_t>(lens::severity_of(from.kind));
  to.subject = from.subject.c_str();
  to.rows_of = from.rows_of.c_str();
  to.text = from.text.c_str();
  to.caveat = from.caveat.c_str();
  to.command = from.command.c_str();
  to.value = from.value;
  to.low = from.low;
  to.high = from.high;
  to.threshold = from.threshold;
  to.rows = from.rows;
  to.clicks = from.clicks;
  to.columns = from.columns.data();
  to.column_count = from.columns.size();
  to.evidence = from.evidence.size();
  return to;
}

Status check_finding(const clens_diagnosis& diagnosis, std::size_t index) {
  if (index < diagnosis.findings.size()) return {};
  return Status::error(Code::invalid_argument, "finding: %zu of %zu", index, diagnosis.findings.size());
}

}  // namespace
}  // namespace clicklens::capi

using clicklens::base::Code;
using clicklens::base::Status;
using clicklens::capi::guard;
using clicklens::capi::require;
using clicklens::lens::Diagnosis;

clens_status clens_diagnosis_create(const clens_model* model, const clens_diagnosis_options* options,
                                    clens_diagnosis** out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(model, "model"));
    CLENS_TRY(require(out, "out"));
    clicklens::lens::DiagnosisOptions known;
    CLENS_TRY(clicklens::capi::read_options(options, known));
    auto made = Diagnosis::create(model->model, known);
    if (!made.ok()) return made.status();
    *out = std::make_unique<clens_diagnosis>(clens_diagnosis{std::move(*made), {}}).release();
    return {};
  });
}

void clens_diagnosis_release(clens_diagnosis* diagnosis) {
  delete diagnosis;
}

clens_status clens_diagnosis_values(const clens_model* model, size_t* values, size_t capacity, size_t* count) {
  return guard([&]() -> Status {
    CLENS_TRY(require(model, "model"));
    CLENS_TRY(require(count, "count"));
    const auto wanted = Diagnosis::wanted_values(*model->model);
    *count = wanted.size();
    if (capacity < wanted.size())
      return Status::error(Code::buffer_too_small, "capacity: %zu, there are %zu values", capacity, wanted.size());
    if (!wanted.empty()) CLENS_TRY(require(values, "values"));
    std::copy(wanted.begin(), wanted.end(), values);
    return {};
  });
}

clens_status clens_diagnosis_add(clens_diagnosis* diagnosis, clens_session* session, const clens_batch* batch,
                                 const clens_rows* rows, uint32_t part, const char* day) {
  if (session == nullptr) return clicklens::capi::report(require(session, "session"));
  return guard(session->message, [&]() -> Status {
    CLENS_TRY(require(diagnosis, "diagnosis"));
    CLENS_TRY(require(rows, "rows"));
    CLENS_TRY(require(day, "day"));
    if (part > CLENS_DAY_TEST) return Status::error(Code::invalid_argument, "part: %u", part);
    clicklens::exec::Batch known;
    CLENS_TRY(clicklens::capi::read_batch(*session, batch, known));
    clicklens::lens::DiagnosisRows about;
    CLENS_TRY(clicklens::capi::read_rows(rows, batch, about));
    return diagnosis->diagnosis->add(*session->session, known, about, static_cast<clicklens::lens::DayPart>(part), day);
  });
}

clens_status clens_diagnosis_name_group(clens_diagnosis* diagnosis, uint64_t key, const char* name) {
  return guard([&]() -> Status {
    CLENS_TRY(require(diagnosis, "diagnosis"));
    CLENS_TRY(require(name, "name"));
    diagnosis->diagnosis->name_value(key, name);
    return {};
  });
}

clens_status clens_diagnosis_judge(clens_diagnosis* diagnosis, size_t* count) {
  return guard([&]() -> Status {
    CLENS_TRY(require(diagnosis, "diagnosis"));
    CLENS_TRY(require(count, "count"));
    auto findings = diagnosis->diagnosis->judge();
    if (!findings.ok()) return findings.status();
    diagnosis->findings = std::move(*findings);
    *count = diagnosis->findings.size();
    return {};
  });
}

clens_status clens_diagnosis_finding(const clens_diagnosis* diagnosis, size_t index, clens_finding* out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(diagnosis, "diagnosis"));
    CLENS_TRY(require(out, "out"));
    CLENS_TRY(clicklens::capi::check_finding(*diagnosis, index));
    return clicklens::capi::write_sized(clicklens::capi::to_c(diagnosis->findings[index]), "out", out);
  });
}

clens_status clens_diagnosis_evidence(const clens_diagnosis* diagnosis, size_t finding, size_t index,
                                      clens_evidence* out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(diagnosis, "diagnosis"));
    CLENS_TRY(require(out, "out"));
    CLENS_TRY(clicklens::capi::check_finding(*diagnosis, finding));
    const auto& all = diagnosis->findings[finding].evidence;
    if (index >= all.size()) return Status::error(Code::invalid_argument, "index: %zu of %zu", index, all.size());
    const auto& from = all[index];
    const clens_evidence known = {sizeof(clens_evidence), from.name.c_str(), from.value, from.low, from.high};
    return clicklens::capi::write_sized(known, "out", out);
  });
}
