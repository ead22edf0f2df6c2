#include <algorithm>

#include "print/format.h"
#include "print/json.h"
#include "print/parts.h"
#include "print/print.h"

namespace clicklens::cli {
namespace {

std::string baseline_line(const AttributeHead& r) {
  if (r.baseline.empty()) return "";
  if (r.baseline == "zero") return ", against no ids at all";
  const std::string what = r.baseline == "mean" ? ", against the mean of " : ", against rows of ";
  if (r.own_reference) return what + "the data";
  std::vector<std::string> names;
  for (const std::string& path : r.reference) names.push_back(base_name(path));
  return what + list(names, ", ");
}

// "integrated-gradients of the logit of ctr", "... of l1[0]", "... of the neurons of l1".
std::string title(const AttributeHead& r) {
  if (r.target.empty()) return fmt::format("{} of the neurons of {}", r.method, r.layer);
  if (r.task.empty()) return fmt::format("{} of {}", r.method, r.target);
  return fmt::format("{} of the {} of {}", r.method, r.target, r.task);
}

std::string name_of(const AttributeReport::Column& c) {
  if (!c.neuron.empty()) return c.neuron + " " + c.name;
  if (!c.feature.empty()) return c.feature + " " + c.name;
  return c.name.empty() ? "no id" : c.name;
}

// Largest first, neuron after neuron.
void sort_columns(std::vector<AttributeReport::Column>& columns) {
  for (auto begin = columns.begin(); begin != columns.end();) {
    const auto end = std::find_if(begin, columns.end(), [&](const auto& c) { return c.neuron != begin->neuron; });
    std::stable_sort(begin, end, [](const auto& a, const auto& b) { return a.share > b.share; });
    begin = end;
  }
}

void print_totals(const AttributeReport& r, const AttributeReport::Day& day) {
  if (std::isnan(day.score)) return;
  say("mean score {}", number(day.score));
  if (!std::isnan(day.baseline)) say(", of the baseline {}", number(day.baseline));
  say(", sum of the parts {}", number(day.sum));
  if (r.method == "additive") say(", of biases {}", number(day.bias));
  if (!std::isnan(day.gap_mean)) say("; gap {:.2g}, largest {:.2g}", day.gap_mean, day.gap_largest);
  const bool draws = r.method == "expected-gradients" || r.method == "smoothgrad";
  if (day.steps_largest > 0) say(" ({} {} a row)", day.steps_largest, draws ? "draws" : "steps");
  say("\n");
}

Json or_null(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

Json head_json(const AttributeHead& r) {
  return {{"method", r.method},
          {"target", or_null(r.target)},
          {"task", or_null(r.task)},
          {"layer", or_null(r.layer)},
          {"baseline", or_null(r.baseline)},
          {"reference", r.reference.empty() ? Json() : Json(r.reference)},
          {"reference_is_data", r.own_reference}};
}

}  // namespace

void print_text(const AttributeReport& r) {
  const bool ids = r.by == "id";
  say("{} by {}{}\n", title(r), r.by, baseline_line(r));
  for (const auto& day : r.days) {
    say("\n{}: {} rows", day.file, day.rows);
    if (ids) say(", {} ids; figures of the rows that have them", day.ids);
    std::size_t wide = 7;
    for (const auto& c : day.columns) wide = std::max(wide, name_of(c).size());
    say("\n{:<{}} {:>7} {:>10} {:>18} {:>10}{}\n", r.by, wide, "share", "mean |a|", "mean a", "sd a",
        ids ? "     rows" : "");
    auto columns = day.columns;
    sort_columns(columns);
    for (const auto& c : columns)
      say("{:<{}} {:>7} {:>10} {:>18} {:>10}{}  {}\n", name_of(c), wide, number(c.share), number(c.mean_absolute),
          with_error(c.mean, c.error), number(c.sd), ids ? fmt::format(" {:>8}", c.rows) : "", bar(c.share));
    print_totals(r, day);
    if (!r.faithfulness.empty())
      say("{} {:.3g}, largest {:.3g}\n", r.faithfulness, day.unfaithful_mean, day.unfaithful_largest);
  }
}

void print_json(const AttributeReport& r) {
  Json days = Json::array();
  for (const auto& day : r.days) {
    Json columns = Json::array();
    for (const auto& c : day.columns) {
      Json column{{r.by, or_null(c.name)}, {"share", c.share},      {"mean_absolute", c.mean_absolute},
                  {"mean", c.mean},        {"mean_error", c.error}, {"sd", c.sd}};
      if (!c.neuron.empty()) column["neuron"] = c.neuron;
      if (r.by == "id") column["feature"] = or_null(c.feature);
      if (r.by == "id") column["rows"] = c.rows;
      columns.push_back(std::move(column));
    }
    Json figures{{"file", day.file},           {"rows", day.rows},         {"counts", counts_json(day.counts)},
                 {"score", day.score},         {"baseline", day.baseline}, {"sum", day.sum},
                 {"bias", day.bias},           {"gap", day.gap_mean},      {"gap_largest", day.gap_largest},
                 {"steps", day.steps_largest}, {"parts", columns}};
    if (r.by == "id") figures["ids"] = day.ids;
    if (!r.faithfulness.empty())
      figures[r.faithfulness] = Json{{"mean", day.unfaithful_mean}, {"largest", day.unfaithful_largest}};
    days.push_back(std::move(figures));
  }
  Json report = head_json(r);
  report["by"] = r.by;
  report["days"] = days;
  put(report);
}

void print_text(const AttributeRowReport& r) {
  say("{}, row {}: {}{}\n", r.file, r.row, title(r), baseline_line(r));
  print_parts(r.groups, r.features);
  const clens_attribution_info& i = r.info;
  say("score {}", number(i.score));
  if (!std::isnan(i.baseline)) say(", of the baseline {}", number(i.baseline));
  say(", sum of the parts {}", number(i.sum));
  if (!std::isnan(i.bias)) say(", of biases {}", number(i.bias));
  if (!std::isnan(i.rest)) say(", of no id {}", number(i.rest));
  if (!std::isnan(i.gap)) say("; gap {:.2g}", i.gap);
  say("\n");
}

void print_json(const AttributeRowReport& r) {
  Json report = head_json(r);
  report["file"] = r.file;
  report["row"] = r.row;
  report["groups"] = groups_json(r.groups);
  report["features"] = features_json(r.features, "value");
  const clens_attribution_info& i = r.info;
  report["score"] = i.score;
  report["baseline_score"] = i.baseline;
  report["sum"] = i.sum;
  report["bias"] = i.bias;
  report["rest"] = i.rest;
  report["gap"] = i.gap;
  report["steps"] = i.steps;
  put(report);
}

}  // namespace clicklens::cli
