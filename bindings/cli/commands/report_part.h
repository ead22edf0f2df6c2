// What of a report's figures a page lists, where listing all would make it large: it grows neither with the number of
// feature groups nor with that of findings. What is left out is counted.
#pragma once

#include "commands/report_figures.h"

namespace clicklens::cli {

// Of `checkpoints` that share a page. Groups whose share has changed first, then those of the largest shares; in their
// order in the model.
void list_in_part(SaliencySumsReport& saliency, std::uint64_t& left_out, std::size_t checkpoints);
// The gravest findings, and of their evidence the first; in their order.
void list_in_part(ReportFigures::Diagnosis& diagnosis, std::size_t checkpoints);

}  // namespace clicklens::cli
