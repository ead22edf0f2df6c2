#include <algorithm>

#include "print/format.h"
#include "print/json.h"
#include "print/print.h"

namespace clicklens::cli {
namespace {

void print_edits(const RefineReport& r) {
  const auto wide = widest(
      r.edits, [](const auto& e) { return std::string_view(e.text); }, 4);
  say("{:<{}}  {:>7}  {}\n", "edit", wide, "removed", "scores");
  for (const auto& e : r.edits)
    say("{:<{}}  {:>7}  {}\n", e.text, wide, e.removed, e.same_bits ? "same bits" : "change");
}

void print_tables(const RefineReport& r) {
  const auto wide = widest(
      r.tables, [](const auto& t) { return std::string_view(t.name); }, 5);
  say("\n{:<{}}  {:<12} {:>14} {:>14}  {:<12}\n", "table", wide, "rows", "bytes before", "after", "largest error");
  for (const auto& t : r.tables) {
    say("{:<{}}  {:<12} {:>14} {:>14}", t.name, wide, t.from + " -> " + t.to, t.bytes_before, t.bytes_after);
    if (t.largest_error > 0) say("  {:.3g} in row {}", t.largest_error, t.largest_error_row);
    say("{}\n", t.largest_error > 0 ? "" : "  none");
  }
}

void print_calibration(const RefineReport::Calibration& c) {
  say("\ncalibration, {}, on {} rows, {} clicks: log loss {} -> {}", c.method, c.fit.rows, c.fit.clicks,
      number(c.fit.logloss_before, 5), number(c.fit.logloss_after, 5));
  if (c.fit.knots > 0)
    say("; {} knots\n", c.fit.knots);
  else
    say("; scale {}, shift {}\n", number(c.fit.scale), number(c.fit.shift));
}

void print_days(const RefineReport& r) {
  const auto name = [](const RefineReport::Day& day) { return base_name(day.file); };
  std::size_t wide = 3;
  for (const auto& day : r.days) wide = std::max(wide, name(day).size());
  say("\n{:<{}}  {:<6} {:>9} {:>8} {:>9} {:>12} {:>12}\n", "day", wide, "model", "rows", "AUC", "log loss",
      "calibration", "us a request");
  for (const auto& day : r.days) {
    for (const auto& [label, side] : {std::pair("before", day.before), std::pair("after", day.after)})
      say("{:<{}}  {:<6} {:>9} {:>8} {:>9} {:>12} {:>12}\n", name(day), wide, label, day.rows, number(side.auc),
          number(side.logloss, 5), number(side.calibration), number(side.us, 1));
    if (day.auc)
      say("{:<{}}  AUC {:+.5f} [{:+.5f}, {:+.5f}]; ", "", wide, day.auc->difference, day.auc->low, day.auc->high);
    else
      say("{:<{}}  ", "", wide);
    say("{} of {} rows with the same bits, largest change of a probability {:.3g}\n", day.equal, day.rows,
        day.largest_difference);
    if (std::find(r.learned_from.begin(), r.learned_from.end(), day.file) != r.learned_from.end())
      say("{:<{}}  the edits were learnt from this day: it flatters them\n", "", wide);
  }
}

Json side_json(const RefineReport::Side& side) {
  return {{"auc", side.auc},
          {"logloss", side.logloss},
          {"calibration", side.calibration},
          {"us_per_request", side.us},
          {"non_finite", side.non_finite}};
}

Json day_json(const RefineReport::Day& day) {
  Json json = {{"file", day.file},
               {"rows", day.rows},
               {"clicks", day.clicks},
               {"requests", day.requests},
               {"cluster", day.cluster.empty() ? Json() : Json(day.cluster)},
               {"before", side_json(day.before)},
               {"after", side_json(day.after)},
               {"equal_rows", day.equal},
               {"largest_difference", day.largest_difference},
               {"auc_difference", nullptr}};
  if (day.auc)
    json["auc_difference"] = {
        {"difference", day.auc->difference}, {"se", day.auc->se}, {"low", day.auc->low}, {"high", day.auc->high}};
  return json;
}

Json calibration_json(const RefineReport::Calibration& c) {
  Json json = {{"method", c.method},
               {"rows", c.fit.rows},
               {"clicks", c.fit.clicks},
               {"non_finite", c.fit.non_finite},
               {"logloss_before", c.fit.logloss_before},
               {"logloss_after", c.fit.logloss_after}};
  if (c.fit.knots > 0)
    json["knots"] = c.fit.knots;
  else
    json.update({{"scale", c.fit.scale}, {"shift", c.fit.shift}});
  return json;
}

}  // namespace

void print_text(const RefineReport& r) {
  print_edits(r);
  if (!r.tables.empty()) print_tables(r);
  if (r.calibration) print_calibration(*r.calibration);
  if (r.precision) {
    say("\n");
    print_text(*r.precision);
  }
  if (!r.days.empty()) print_days(r);
  say("\n{}: {} bytes, {} parameters; {}: {} bytes, {} parameters\n", r.file, r.size_before, r.parameters_before, r.out,
      r.size_after, r.parameters_after);
}

void print_json(const RefineReport& r) {
  Json edits = Json::array(), tables = Json::array(), days = Json::array();
  for (const auto& e : r.edits)
    edits.push_back(Json{{"edit", e.name}, {"text", e.text}, {"removed", e.removed}, {"same_bits", e.same_bits}});
  for (const auto& t : r.tables)
    tables.push_back(Json{{"name", t.name},
                          {"from", t.from},
                          {"to", t.to},
                          {"bytes_before", t.bytes_before},
                          {"bytes_after", t.bytes_after},
                          {"largest_error", t.largest_error},
                          {"largest_error_row", t.largest_error_row}});
  for (const auto& day : r.days) days.push_back(day_json(day));
  put(Json{{"file", r.file},
           {"out", r.out},
           {"size_before", r.size_before},
           {"size_after", r.size_after},
           {"parameters_before", r.parameters_before},
           {"parameters_after", r.parameters_after},
           {"learned_from", r.learned_from},
           {"edits", edits},
           {"tables", tables},
           {"calibration", r.calibration ? calibration_json(*r.calibration) : Json()},
           {"precision", r.precision ? to_json(*r.precision) : Json()},
           {"days", days}});
}

}  // namespace clicklens::cli
