// The model before and after refining on one day.
#pragma once

#include "commands/options.h"
#include "commands/refine_reports.h"
#include "engine/engine.h"

namespace clicklens::cli {

// Both score every row of the file, block by block in turns; figures of labels where the file has them.
RefineReport::Day compare_on(const std::string& path, const Model& before, const Model& after, std::size_t task,
                             const RefineOptions& options);

}  // namespace clicklens::cli
