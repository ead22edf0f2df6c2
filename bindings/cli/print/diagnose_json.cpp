#include "print/json.h"
#include "print/print.h"

namespace clicklens::cli {
namespace {

Json to_json(const DiagnoseReport::Evidence& e) {
  return {{"name", e.name}, {"value", e.value}, {"low", e.low}, {"high", e.high}};
}

Json to_json(const DiagnoseReport::Finding& f) {
  Json evidence = Json::array();
  for (const auto& each : f.evidence) evidence.push_back(to_json(each));
  return {{"kind", finding_kind_names[f.kind]},
          {"state", finding_state_names[f.state]},
          {"severity", severity_names[f.severity]},
          {"subject", f.subject},
          {"rows_of", f.rows_of},
          {"rows", f.rows},
          {"clicks", f.clicks},
          {"value", f.value},
          {"low", f.low},
          {"high", f.high},
          {"threshold", f.threshold},
          {"neurons", f.neurons},
          {"evidence", evidence},
          {"text", f.text},
          {"caveat", f.caveat},
          {"command", f.command}};
}

}  // namespace

void print_json(const DiagnoseReport& r) {
  Json findings = Json::array(), checks = Json::array();
  for (const auto& check : r.checks) {
    checks.push_back(to_json(check));
    if (check.state == CLENS_FINDING_STATE_FOUND) findings.push_back(checks.back());
  }
  put(Json{{"model", r.model},
           {"id", r.id},
           {"task", r.task},
           {"train", r.train},
           {"hold", r.hold},
           {"test", r.test},
           {"cluster", r.cluster},
           {"group_by", r.group_by},
           {"found", r.count(CLENS_FINDING_STATE_FOUND)},
           {"not_enough", r.count(CLENS_FINDING_STATE_NOT_ENOUGH)},
           {"checked", r.checks.size()},
           {"findings", findings},
           {"checks", checks}});
}

}  // namespace clicklens::cli
