// Findings of a diagnosis as the page shows them: made now, or before, from its JSON.
#pragma once

#include <string>

#include "commands/diagnose_reports.h"
#include "commands/report_figures.h"

namespace clicklens::cli {

ReportFigures::Diagnosis findings_of(const DiagnoseReport& report);

// Throws an Error that names the file and what is wrong with it: it is believed in nothing. `id`: of the model that the
// findings should be of, as far as the file says.
ReportFigures::Diagnosis read_diagnosis(const std::string& path, const std::string& id);

}  // namespace clicklens::cli
