// What a reduced precision costs on the rows of files.
#pragma once

#include <string>
#include <vector>

#include "commands/options.h"
#include "commands/reports.h"
#include "engine/engine.h"

namespace clicklens::cli {

// A file at a time, each read into memory whole.
PrecisionReport measured_precision(const Model& model, const std::vector<std::string>& files, ReadOptions read,
                                   const clens_precision_options& options);

}  // namespace clicklens::cli
