// The command line of `report`.
#pragma once

#include <CLI/CLI.hpp>

namespace clicklens::cli {

void add_report(CLI::App& app, const bool& json);

}  // namespace clicklens::cli
