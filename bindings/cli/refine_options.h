// The options of `refine`.
#pragma once

#include <CLI/CLI.hpp>

namespace clicklens::cli {

void add_refine(CLI::App& app, const bool& json);

}  // namespace clicklens::cli
