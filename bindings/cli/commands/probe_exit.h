// What early exit at a probed layer saves and costs, against the full model on the same rows.
#pragma once

#include "commands/inside_reports.h"
#include "commands/options.h"
#include "engine/engine.h"

namespace clicklens::cli {

// One report per evaluation file. Error: no such probed layer.
std::vector<ProbeReport::Exit> early_exits(const ProbeOptions& options, const Model& model, const clens_probe* probe,
                                           const std::vector<std::string>& names);

}  // namespace clicklens::cli
