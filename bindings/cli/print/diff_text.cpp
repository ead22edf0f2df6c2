#include <cmath>

#include "print/format.h"
#include "print/print.h"

namespace clicklens::cli {
namespace {

void print_scores(const DiffReport& r) {
  const DiffReport::Scores& s = r.scores;
  say("mean probability {} -> {}; |difference| mean {:.3g}, largest {:.3g} in row {}; {} rows of equal bits\n",
      number(s.mean_a), number(s.mean_b), s.mean_difference, s.largest_difference, s.largest_row + 1, s.equal);
  if (s.non_finite > 0) say("{} rows with a score that is not finite are left out\n", s.non_finite);
  say("logits: rank correlation {} (Pearson {}); difference", number(s.spearman), number(s.pearson));
  for (std::size_t i = 0; i < s.quantiles.size(); ++i)
    say(" {:.0f} %: {}", 100 * DiffReport::probabilities[i], number(s.quantiles[i], 3));
  say("\n");
  if (s.requests > 0)
    say("the same first candidate in {:.1f} % of {} requests\n",
        100 * static_cast<double>(s.same_first) / static_cast<double>(s.requests), s.requests);
  if (s.auc)
    say("AUC {} -> {}, difference {} [{}, {}]\n", number(s.auc->auc_a), number(s.auc->auc_b), number(s.auc->difference),
        number(s.auc->low), number(s.auc->high));
}

void print_cka(const DiffReport& r) {
  if (r.cka.empty()) return;
  say("\nlinear CKA over {} rows, layers of A down, of B across\n{:<10}", r.sampled, "");
  for (const std::string& name : r.layers_b) say(" {:>8}", name);
  for (std::size_t i = 0; i < r.layers_a.size(); ++i) {
    say("\n{:<10}", r.layers_a[i]);
    for (std::size_t j = 0; j < r.layers_b.size(); ++j) say(" {:>8}", number(r.cka[i * r.layers_b.size() + j], 3));
  }
  say("\n");
}

void print_neurons(const DiffReport& r) {
  if (r.layers.empty()) return;
  say("\n{:<10} {:>7} {:>7} {:>8} {:>16} {:>16} {:>16}\n", "layer", "in A", "in B", "varying", "|r| >= .99 best",
      "|r| < .5 best", "r >= .99 same");
  for (const DiffReport::Layer& layer : r.layers) {
    std::size_t vary = 0, kept = 0, lost = 0, same = 0;
    for (const Counterpart& n : layer.neurons) {
      vary += std::isnan(n.r) ? 0 : 1;
      kept += std::abs(n.r) >= 0.99 ? 1 : 0;
      lost += std::abs(n.r) < 0.5 ? 1 : 0;
      same += n.same >= 0.99 ? 1 : 0;
    }
    say("{:<10} {:>7} {:>7} {:>8} {:>16} {:>16} {:>16}\n", layer.name, layer.width_a, layer.width_b, vary, kept, lost,
        same);
  }
}

void print_groups(const DiffReport& r) {
  const auto wide = widest(
      r.groups, [](const auto& group) { return std::string_view(group.name); }, 5);
  say("\n{:<{}} {:>8} {:>8} {:>10} {:>20}\n", "group", wide, "share A", "share B", "log ratio", "95 %");
  for (const DiffReport::Group& group : r.groups) {
    const bool both = group.in_a && group.in_b;
    const std::string interval =
        both ? fmt::format("[{}, {}]", number(group.change.low, 3), number(group.change.high, 3)) : "";
    say("{:<{}} {:>8} {:>8} {:>10} {:>20}{}\n", group.name, wide, number(group.share_a), number(group.share_b),
        both ? number(group.change.log_ratio, 3) : "", interval, both && group.change.moved ? "  moved" : "");
  }
}

}  // namespace

void print_text(const DiffReport& r) {
  say("A {}, B {}, {} rows of {}\n\n", r.a, r.b, r.rows, list(r.files, ", "));
  print_scores(r);
  print_cka(r);
  print_neurons(r);
  print_groups(r);
}

}  // namespace clicklens::cli
