#include "print/format.h"
#include "print/print.h"

namespace clicklens::cli {

void print_text(const ReportFigures& figures, const std::string& page) {
  say("{}: {} checkpoint{} of {}\n", page, figures.checkpoints.size(), figures.checkpoints.size() == 1 ? "" : "s",
      figures.task);
  std::size_t wide = 5;
  for (const auto& day : figures.days) wide = std::max(wide, base_name(day.file).size());
  for (const auto& checkpoint : figures.checkpoints) {
    say("\n{}\n  {:<{}} {:>5} {:>10} {:>18} {:>10} {:>12}\n", base_name(checkpoint.file), "day", wide, "", "rows",
        "AUC", "log loss", "calibration");
    for (std::size_t i = 0; i < figures.days.size(); ++i) {
      const clens_metrics_result& m = checkpoint.metrics.days[i].metrics;
      say("  {:<{}} {:>5} {:>10} {:>18} {:>10} {:>12}\n", base_name(figures.days[i].file), wide,
          ReportFigures::split_names[figures.days[i].split], m.rows, with_error(m.auc, m.auc_se), number(m.logloss),
          number(m.calibration));
    }
  }
}

}  // namespace clicklens::cli
