// JSON on standard output.
#pragma once

#include <clicklens/clicklens.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

#include "commands/reports.h"
#include "error.h"

namespace clicklens::cli {

using Json = nlohmann::ordered_json;  // NaN becomes null: not defined

inline void put(const Json& json) {
  const std::string text = json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) throw Error("standard output: cannot write");
}

Json to_json(const InspectReport::Cost& cost);  // a part of inspect's
Json to_json(const EvaluateReport::Day& day);   // a part of evaluate's and replay's

inline Json counts_json(const clens_counts& counts) {
  return {{"missing", counts.missing},
          {"unknown", counts.unknown},
          {"cut", counts.cut},
          {"bad_values", counts.bad_values},
          {"non_finite", counts.non_finite}};
}

}  // namespace clicklens::cli
