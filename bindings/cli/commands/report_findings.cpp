#include "commands/report_findings.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "error.h"

namespace clicklens::cli {
namespace {

constexpr std::size_t most_findings = 100000, most_text = 20000, most_evidence = 100000;

class DiagnosisReader {
 public:
  explicit DiagnosisReader(std::string path) : path_(std::move(path)) {}

  ReportFigures::Diagnosis read(const std::string& id) const {
    std::ifstream file(path_, std::ios::binary);
    if (!file) throw Error(join({path_, ": cannot be read"}));
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    const nlohmann::json json = nlohmann::json::parse(bytes, nullptr, false);
    if (!json.is_object()) throw Error(join({path_, ": not the JSON of a diagnosis"}));
    // Findings of another checkpoint would stand beside figures that they are not of. Python's have no id.
    if (json.contains("id") && text(json, "id") != id) fail("id", "of another model");
    ReportFigures::Diagnosis diagnosis;
    diagnosis.checked = whole(json, "checked");
    diagnosis.not_enough = whole(json, "not_enough");
    const auto findings = json.find("findings");
    if (findings == json.end() || !findings->is_array()) fail("findings", "a list is wanted");
    if (findings->size() > most_findings) fail("findings", "too many");
    for (const nlohmann::json& each : *findings) diagnosis.findings.push_back(finding(each));
    return diagnosis;
  }

 private:
  [[noreturn]] void fail(const char* field, const char* what) const {
    throw Error(join({path_, ": ", field, ": ", what}));
  }

  [[nodiscard]] std::uint64_t whole(const nlohmann::json& json, const char* field) const {
    const auto found = json.find(field);
    if (found == json.end() || !found->is_number_unsigned()) fail(field, "a whole number is wanted");
    return found->get<std::uint64_t>();
  }

  [[nodiscard]] std::string text(const nlohmann::json& json, const char* field) const {
    const auto found = json.find(field);
    if (found == json.end() || !found->is_string()) fail(field, "a text is wanted");
    const auto& value = found->get_ref<const std::string&>();
    if (value.size() > most_text) fail(field, "too long");
    return value;
  }

  [[nodiscard]] double number(const nlohmann::json& json, const char* field) const {
    const auto found = json.find(field);
    if (found == json.end() || !(found->is_number() || found->is_null())) fail(field, "a number or null is wanted");
    return found->is_null() ? not_known : found->get<double>();
  }

  [[nodiscard]] std::vector<ReportFigures::Evidence> evidence(const nlohmann::json& json) const {
    const auto found = json.find("evidence");
    if (found == json.end() || !found->is_array()) fail("evidence", "a list is wanted");
    if (found->size() > most_evidence) fail("evidence", "too many");
    std::vector<ReportFigures::Evidence> all;
    for (const nlohmann::json& each : *found) {
      if (!each.is_object()) fail("evidence", "objects are wanted");
      all.push_back({text(each, "name"), number(each, "value"), number(each, "low"), number(each, "high")});
    }
    return all;
  }

  [[nodiscard]] ReportFigures::Finding finding(const nlohmann::json& json) const {
    if (!json.is_object()) fail("findings", "objects are wanted");
    ReportFigures::Finding to{text(json, "kind"),   text(json, "severity"), text(json, "subject"), text(json, "text"),
                              text(json, "caveat"), text(json, "command"),  evidence(json),        0};
    static const std::vector<std::string> severities = {"note", "warning", "fault"};
    if (std::find(severities.begin(), severities.end(), to.severity) == severities.end())
      fail("severity", "note, warning or fault is wanted");
    return to;
  }

  std::string path_;
};

}  // namespace

ReportFigures::Diagnosis findings_of(const DiagnoseReport& report) {
  ReportFigures::Diagnosis diagnosis;
  diagnosis.checked = report.checks.size();
  diagnosis.not_enough = report.count(CLENS_FINDING_STATE_NOT_ENOUGH);
  for (const DiagnoseReport::Finding& check : report.checks) {
    if (check.state != CLENS_FINDING_STATE_FOUND) continue;
    ReportFigures::Finding& to = diagnosis.findings.emplace_back();
    to = {finding_kind_names[check.kind],
          severity_names[check.severity],
          check.subject,
          check.text,
          check.caveat,
          check.command,
          {},
          0};
    for (const DiagnoseReport::Evidence& e : check.evidence) to.evidence.push_back({e.name, e.value, e.low, e.high});
  }
  return diagnosis;
}

ReportFigures::Diagnosis read_diagnosis(const std::string& path, const std::string& id) {
  return DiagnosisReader(path).read(id);
}

}  // namespace clicklens::cli
