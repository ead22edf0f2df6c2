// The commands: options in, report out. Errors are thrown (error.h); nothing here parses or prints,
// except that `score` writes its scores.
#pragma once

#include <functional>

#include "commands/diagnose_reports.h"
#include "commands/diff_reports.h"
#include "commands/drift_reports.h"
#include "commands/inside_reports.h"
#include "commands/options.h"
#include "commands/refine_reports.h"
#include "commands/report_figures.h"
#include "commands/reports.h"
#include "engine/engine.h"

namespace clicklens::cli {

InspectReport inspect(const InspectOptions& options);
std::string inspect_graph(const InspectOptions& options);
ScoreReport score(const ScoreOptions& options);
// Sees every block's logits of the task: day, counted from 0, block, one logit per row.
using ScoreObserver = std::function<void(std::size_t day, const Block& block, const std::vector<float>& logits)>;
EvaluateReport evaluate(const EvaluateOptions& options, const ScoreObserver& observe = {});
PrecisionReport precision(const EvaluateOptions& options);
SaliencyReport saliency(const SaliencyOptions& options);
SaliencySumsReport saliency_sums(const SaliencyOptions& options);
ImportanceReport importance(const ImportanceOptions& options);
AttributeReport attribute(const AttributeOptions& options);
SaliencySumsReport attribute_split(const AttributeOptions& options);
AttributeRowReport attribute_row(const AttributeOptions& options);
ExplainReport explain(const SaliencyOptions& options);
NeuronsReport neurons(const NeuronsOptions& options);
DriftReport drift(const DriftOptions& options);
DiagnoseReport diagnose(const DiagnoseOptions& options);
DiffReport diff(const DiffOptions& options);
DeltaReport delta(const DeltaOptions& options);
ProfileReport profile(const ProfileOptions& options);
ProfileReport merge(const MergeOptions& options);
ProbeReport probe(const ProbeOptions& options);
RefineReport refine(const RefineOptions& options);
RecordReport record(const RecordOptions& options);
ReplayReport replay(const ReplayOptions& options);
SynthReport synthesise(const SynthOptions& options);
ReportFigures report(const ReportOptions& options);
BenchReport bench(const BenchOptions& options);
RooflineReport roofline(const RooflineOptions& options);

std::string id_text(std::uint64_t high, std::uint64_t low);  // of a model

// For inspect.
void add_operators(const Model& model, InspectReport& report);
const char* scope_name(std::uint32_t scope) noexcept;
InspectReport::Cost cost(const clens_model* model, const CostOptions& options);

}  // namespace clicklens::cli
