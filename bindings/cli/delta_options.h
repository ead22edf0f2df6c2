// The command line of `delta`.
#pragma once

#include <CLI/CLI.hpp>

namespace clicklens::cli {

void add_delta(CLI::App& app, const bool& json);

}  // namespace clicklens::cli
