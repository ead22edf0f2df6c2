// The command line of `record` and `replay`.
#pragma once

#include <CLI/CLI.hpp>

namespace clicklens::cli {

void add_record(CLI::App& app, const bool& json);
void add_replay(CLI::App& app, const bool& json);

}  // namespace clicklens::cli
