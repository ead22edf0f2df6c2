// Reports of `delta`.
#include <fmt/format.h>

#include "commands/commands.h"
#include "print/format.h"
#include "print/json.h"
#include "print/print.h"

namespace clicklens::cli {
namespace {

using What = DeltaReport::What;

const char* name_of(What what) {
  switch (what) {
    case What::made:
      return "made";
    case What::applied:
      return "applied";
    default:
      return "described";
  }
}

}  // namespace

void print_text(const DeltaReport& r) {
  const clens_delta_info& i = r.info;
  fmt::print("{}: {} bytes, {:.2f} % of a model of {}\n", base_name(r.delta), i.file_size, 100 * i.share,
             i.result_size);
  fmt::print("  from   {}\n  to     {}\n", id_text(i.base_high, i.base_low), id_text(i.result_high, i.result_low));
  fmt::print("  rows   {} changed, {} appended\n", i.changed_rows, i.appended_rows);
  fmt::print("  keys   {} added, {} removed, {} moved\n", i.added_keys, i.removed_keys, i.moved_keys);
  fmt::print("  parts  {} kept, {} changed in part, {} replaced\n", i.kept_segments, i.overlaid_segments,
             i.replaced_segments);
  if (r.what == What::applied) fmt::print("{} written\n", base_name(r.out));
}

void print_json(const DeltaReport& r) {
  const clens_delta_info& i = r.info;
  Json json = {
      {"delta", r.delta},
      {"what", name_of(r.what)},
      {"base_id", id_text(i.base_high, i.base_low)},
      {"result_id", id_text(i.result_high, i.result_low)},
      {"bytes", i.file_size},
      {"result_bytes", i.result_size},
      {"share", i.share},
      {"rows", {{"changed", i.changed_rows}, {"appended", i.appended_rows}}},
      {"keys", {{"added", i.added_keys}, {"removed", i.removed_keys}, {"moved", i.moved_keys}}},
      {"segments", {{"kept", i.kept_segments}, {"overlaid", i.overlaid_segments}, {"replaced", i.replaced_segments}}}};
  if (!r.base.empty()) json["base"] = r.base;
  if (!r.out.empty()) json["out"] = r.out;
  put(json);
}

}  // namespace clicklens::cli
