// Reports on standard output: tables for people, JSON for machines.
#pragma once

#include "commands/diagnose_reports.h"
#include "commands/diff_reports.h"
#include "commands/drift_reports.h"
#include "commands/inside_reports.h"
#include "commands/refine_reports.h"
#include "commands/report_figures.h"
#include "commands/reports.h"

namespace clicklens::cli {

void print_text(const InspectReport& report);
void print_text(const ScoreReport& report);
void print_text(const EvaluateReport& report);
void print_text(const PrecisionReport& report);
void print_text(const SaliencyReport& report);
void print_text(const SaliencySumsReport& report);
void print_text(const ImportanceReport& report);
void print_text(const AttributeReport& report);
void print_text(const AttributeRowReport& report);
void print_text(const ExplainReport& report);
void print_text(const NeuronsReport& report);
void print_text(const DriftReport& report);
void print_text(const DiagnoseReport& report);
void print_text(const DiffReport& report);
void print_text(const DeltaReport& report);
void print_text(const ProfileReport& report);
void print_text(const ProbeReport& report);
void print_text(const RefineReport& report);
void print_text(const RecordReport& report);
void print_text(const ReplayReport& report);
void print_text(const SynthReport& report);
void print_text(const BenchReport& report);
void print_text(const RooflineReport& report);
void print_text(const ReportFigures& figures, const std::string& page);  // page: the file written
void print_text(const InspectReport::Cost& cost);                        // a part of inspect's

void print_json(const InspectReport& report);
void print_json(const ScoreReport& report);
void print_json(const EvaluateReport& report);
void print_json(const PrecisionReport& report);
void print_json(const SaliencyReport& report);
void print_json(const SaliencySumsReport& report);
void print_json(const ImportanceReport& report);
void print_json(const AttributeReport& report);
void print_json(const AttributeRowReport& report);
void print_json(const ExplainReport& report);
void print_json(const NeuronsReport& report);
void print_json(const DriftReport& report);
void print_json(const DiagnoseReport& report);
void print_json(const DiffReport& report);
void print_json(const DeltaReport& report);
void print_json(const ProfileReport& report);
void print_json(const ProbeReport& report);
void print_json(const RefineReport& report);
void print_json(const RecordReport& report);
void print_json(const ReplayReport& report);
void print_json(const SynthReport& report);
void print_json(const ReportFigures& figures);
void print_json(const BenchReport& report);
void print_json(const RooflineReport& report);

}  // namespace clicklens::cli
