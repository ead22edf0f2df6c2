// What every layer does on the days trained on and on the test days.
#pragma once

#include <vector>

#include "commands/options.h"
#include "commands/report_figures.h"

namespace clicklens::cli {

// Empty for a model without layers. Of wide models a part of the neurons, ranks and rows, so that the page of
// `checkpoints` of them stays small.
std::vector<ReportFigures::Layer> report_layers(const ReportOptions& options, const std::string& model);

}  // namespace clicklens::cli
