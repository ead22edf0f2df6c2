// The command line of `diagnose`.
#pragma once

#include <CLI/CLI.hpp>

namespace clicklens::cli {

void add_diagnose(CLI::App& app, const bool& json);

}  // namespace clicklens::cli
