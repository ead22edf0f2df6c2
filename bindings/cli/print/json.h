// JSON on standard output.
#pragma once

#include <clicklens/clicklens.h>

#include <nlohmann/json.hpp>

#include "commands/reports.h"

namespace clicklens::cli {

using Json = nlohmann::ordered_json;  // NaN becomes null: not defined

void put(const Json& json);

Json to_json(const InspectReport::Cost& cost);  // a part of inspect's
Json to_json(const EvaluateReport::Day& day);   // a part of evaluate's and replay's

Json counts_json(const clens_counts& counts);

}  // namespace clicklens::cli
