// The command line of `attribute`.
#pragma once

#include <CLI/CLI.hpp>

namespace clicklens::cli {

void add_attribute(CLI::App& app, const bool& json);

}  // namespace clicklens::cli
