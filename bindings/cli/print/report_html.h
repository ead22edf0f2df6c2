// A report as one page of HTML that holds all it needs.
#pragma once

#include <string>

#include "commands/report_figures.h"

namespace clicklens::cli {

std::string report_html(const ReportFigures& figures);

}  // namespace clicklens::cli
