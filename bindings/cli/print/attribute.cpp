#include <algorithm>

#include "print/format.h"
#include "print/json.h"
#include "print/print.h"

namespace clicklens::cli {
namespace {

std::string baseline_line(const AttributeReport& r) {
  if (r.baseline.empty()) return "";
  if (r.baseline == "zero") return ", against no ids at all";
  const std::string what = r.baseline == "mean" ? ", against the mean of " : ", against rows of ";
  if (r.own_reference) return what + "the data";
  std::vector<std::string> names;
  for (const std::string& path : r.reference) names.push_back(base_name(path));
  return what + list(names, ", ");
}

void print_totals(const AttributeReport& r, const AttributeReport::Day& day) {
  fmt::print("mean score {}", number(day.score));
  if (!std::isnan(day.baseline)) fmt::print(", of the baseline {}", number(day.baseline));
  fmt::print(", sum of the parts {}", number(day.sum));
  if (r.method == "additive") fmt::print(", of biases {}", number(day.bias));
  if (!std::isnan(day.gap_mean)) fmt::print("; gap {:.2g}, largest {:.2g}", day.gap_mean, day.gap_largest);
  const bool draws = r.method == "expected-gradients" || r.method == "smoothgrad";
  if (day.steps_largest > 0) fmt::print(" ({} {} a row)", day.steps_largest, draws ? "draws" : "steps");
  fmt::print("\n");
}

}  // namespace

void print_text(const AttributeReport& r) {
  fmt::print("{} of the {} of {} by {}{}\n", r.method, r.target, r.task, r.by, baseline_line(r));
  for (const auto& day : r.days) {
    fmt::print("\n{}: {} rows\n", day.file, day.rows);
    const auto wide = widest(
        day.columns, [](const auto& c) { return std::string_view(c.name); }, 7);
    fmt::print("{:<{}} {:>7} {:>10} {:>18} {:>10}\n", r.by, wide, "share", "mean |a|", "mean a", "sd a");
    auto columns = day.columns;
    std::stable_sort(columns.begin(), columns.end(), [](const auto& a, const auto& b) { return a.share > b.share; });
    for (const auto& c : columns)
      fmt::print("{:<{}} {:>7} {:>10} {:>18} {:>10}  {}\n", c.name, wide, number(c.share), number(c.mean_absolute),
                 with_error(c.mean, c.error), number(c.sd), bar(c.share));
    print_totals(r, day);
  }
}

void print_json(const AttributeReport& r) {
  Json days = Json::array();
  for (const auto& day : r.days) {
    Json columns = Json::array();
    for (const auto& c : day.columns)
      columns.push_back(Json{{r.by, c.name},
                             {"share", c.share},
                             {"mean_absolute", c.mean_absolute},
                             {"mean", c.mean},
                             {"mean_error", c.error},
                             {"sd", c.sd}});
    days.push_back(Json{{"file", day.file},
                        {"rows", day.rows},
                        {"counts", counts_json(day.counts)},
                        {"score", day.score},
                        {"baseline", day.baseline},
                        {"sum", day.sum},
                        {"bias", day.bias},
                        {"gap", day.gap_mean},
                        {"gap_largest", day.gap_largest},
                        {"steps", day.steps_largest},
                        {"parts", columns}});
  }
  put(Json{{"method", r.method},
           {"by", r.by},
           {"target", r.target},
           {"task", r.task},
           {"layer", r.layer.empty() ? Json() : Json(r.layer)},
           {"baseline", r.baseline.empty() ? Json() : Json(r.baseline)},
           {"reference", r.reference.empty() ? Json() : Json(r.reference)},
           {"reference_is_data", r.own_reference},
           {"days", days}});
}

}  // namespace clicklens::cli
