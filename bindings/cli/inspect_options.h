// The command line of `inspect`.
#pragma once

#include <CLI/CLI.hpp>

namespace clicklens::cli {

void add_inspect(CLI::App& app, const bool& json);

}  // namespace clicklens::cli
