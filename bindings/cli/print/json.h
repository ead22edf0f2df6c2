// JSON on standard output.
#pragma once

#include <clicklens/clicklens.h>

#include <nlohmann/json.hpp>

#include "commands/report_figures.h"
#include "commands/reports.h"

namespace clicklens::cli {

using Json = nlohmann::ordered_json;  // NaN becomes null: not defined

void put(const Json& json);

Json to_json(const InspectReport::Cost& cost);  // a part of inspect's
Json to_json(const EvaluateReport::Day& day);   // a part of evaluate's and replay's
Json to_json(const PrecisionReport& report);
Json to_json(const ProbeReport& report);
Json to_json(const SaliencySumsReport& report);
Json to_json(const DriftReport::Measure& measure);
Json to_json(const ReportFigures& figures);

Json findings_json(std::uint32_t findings);  // CLENS_NEURON_*, by name
Json counts_json(const clens_counts& counts);

}  // namespace clicklens::cli
