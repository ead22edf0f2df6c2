// A finding's command, for the shell that `diagnose` was run from.
#pragma once

#include <string>

#include "commands/options.h"

namespace clicklens::cli {

// The library's text with the model's file for the word MODEL, and the options that said how the data are read: without
// them the command would look for other columns or another output. Sentences come back as they are.
std::string complete_command(const std::string& text, const DiagnoseOptions& options);

}  // namespace clicklens::cli
