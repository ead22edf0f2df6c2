#include <array>
#include <iterator>

#include "print/format.h"
#include "print/print.h"

namespace clicklens::cli {
namespace {

using Finding = DiagnoseReport::Finding;

bool is(const Finding& finding, clens_finding_state state) {
  return finding.state == static_cast<std::uint32_t>(state);
}

std::string figure(const DiagnoseReport::Evidence& e) {
  return std::isnan(e.low) ? fmt::format("{} {}", e.name, number(e.value))
                           : fmt::format("{} {} [{}, {}]", e.name, number(e.value), number(e.low), number(e.high));
}

// `last`: the command printed before.
void print_finding(const Finding& f, std::string& last) {
  say("\n{:<8} {}\n", severity_names[f.severity], f.text);
  std::string line;
  for (const auto& evidence : f.evidence) {
    if (std::isnan(evidence.value)) continue;
    const std::string next = figure(evidence);
    if (!line.empty() && line.size() + next.size() > 100) {
      say("           {}\n", line);
      line.clear();
    }
    line += (line.empty() ? "" : "; ") + next;
  }
  if (!line.empty()) say("           {}\n", line);
  if (!f.caveat.empty()) say("         ? {}\n", f.caveat);
  if (!f.command.empty()) say("         > {}\n", f.command == last ? "the same" : f.command);
  last = f.command;
}

// What was looked at, by kind.
void print_checked(const DiagnoseReport& r) {
  constexpr std::size_t kinds = std::size(finding_kind_names);
  std::array<std::array<std::size_t, 3>, kinds> counts{};
  for (const Finding& check : r.checks) ++counts[check.kind][check.state];
  say("\n{:<20} {:>7} {:>7} {:>16}\n", "looked at", "found", "sound", "not enough data");
  for (std::size_t k = 0; k < kinds; ++k)
    if (counts[k][0] + counts[k][1] + counts[k][2] > 0)
      say("{:<20} {:>7} {:>7} {:>16}\n", finding_kind_names[k], counts[k][CLENS_FINDING_STATE_FOUND],
          counts[k][CLENS_FINDING_STATE_NONE], counts[k][CLENS_FINDING_STATE_NOT_ENOUGH]);
}

}  // namespace

void print_text(const DiagnoseReport& r) {
  say("{}: {} findings among {} checks of {}, {} without enough data; intervals by {}\n", base_name(r.model),
      r.count(CLENS_FINDING_STATE_FOUND), r.checks.size(), r.task, r.count(CLENS_FINDING_STATE_NOT_ENOUGH),
      r.cluster.empty() ? "request" : r.cluster);
  std::string last;
  for (std::uint32_t severity = std::size(severity_names); severity-- > 0;)
    for (const Finding& finding : r.checks)
      if (is(finding, CLENS_FINDING_STATE_FOUND) && finding.severity == severity) print_finding(finding, last);
  print_checked(r);
}

}  // namespace clicklens::cli
