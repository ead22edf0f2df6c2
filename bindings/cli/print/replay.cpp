// Reports of `record` and `replay`.
#include <fmt/format.h>

#include "print/format.h"
#include "print/json.h"
#include "print/print.h"

namespace clicklens::cli {

void print_text(const RecordReport& r) {
  say("{} rows of {} requests scored, {} requests recorded in {} records, {} bytes, to {}-*.clrec\n", r.rows,
      r.stats.offered, r.stats.sampled, r.stats.records, r.stats.bytes, r.out);
  if (r.stats.files_removed > 0) say("  {} older files removed\n", r.stats.files_removed);
}

void print_json(const RecordReport& r) {
  put(Json{{"out", r.out},
           {"rows", r.rows},
           {"labelled", r.labelled},
           {"requests", r.stats.offered},
           {"recorded", r.stats.sampled},
           {"records", r.stats.records},
           {"bytes", r.stats.bytes},
           {"files", r.stats.files_created - r.stats.files_removed},
           {"files_removed", r.stats.files_removed}});
}

void print_text(const ReplayReport& r) {
  for (const auto& f : r.files) {
    say("{}: {} records, {} rows{}\n", base_name(f.file), f.records, f.rows,
        f.same_model ? "" : fmt::format(", scored by another model ({})", f.model));
    if (f.corrupted > 0) say("  {} damaged stretches, {} bytes, left out\n", f.corrupted, f.skipped_bytes);
    if (f.torn_bytes > 0) say("  ends in an unfinished record of {} bytes\n", f.torn_bytes);
  }
  if (r.check)
    say("check: {} rows, {} not as recorded (largest difference {:.3g}), {} cannot be checked\n", r.check->rows,
        r.check->different, r.check->largest_difference, r.check->unchecked);
  if (!r.score_out.empty()) say("scores written to {}\n", r.score_out);
  if (r.metrics) print_text(*r.metrics);
}

void print_json(const ReplayReport& r) {
  Json json = {{"model", r.model}};
  Json& files = json["recordings"] = Json::array();
  for (const auto& f : r.files)
    files.push_back(Json{{"file", f.file},
                         {"model", f.model},
                         {"same_model", f.same_model},
                         {"sample_rate", f.sample_rate},
                         {"records", f.records},
                         {"rows", f.rows},
                         {"corrupted", f.corrupted},
                         {"skipped_bytes", f.skipped_bytes},
                         {"torn_bytes", f.torn_bytes}});
  if (r.check)
    json["check"] = Json{{"rows", r.check->rows},
                         {"different", r.check->different},
                         {"unchecked", r.check->unchecked},
                         {"largest_difference", r.check->largest_difference}};
  if (!r.score_out.empty()) json["out"] = r.score_out;
  if (r.metrics) {
    Json& days = json["days"] = Json::array();
    for (const auto& day : r.metrics->days) days.push_back(to_json(day));
  }
  put(json);
}

}  // namespace clicklens::cli
