// Findings of a diagnosis made before, from its JSON.
#pragma once

#include <string>

#include "commands/report_figures.h"

namespace clicklens::cli {

// Throws an Error that names the file and what is wrong with it: it is believed in nothing.
ReportFigures::Diagnosis read_diagnosis(const std::string& path);

}  // namespace clicklens::cli
