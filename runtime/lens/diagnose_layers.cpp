// Layers and neurons.
#include <utility>

#include "lens/diagnose_rules.h"
#include "lens/diagnose_text.h"

namespace clicklens::lens {

Finding judge_layer(const LayerStep& step) {
  const AucDifference& added = step.difference;
  Finding finding = finding_of(FindingKind::layer_adds_nothing, step.layer, step.eval, step.rows, step.clicks,
                               {added.difference, added.low, added.high, diagnose_rules::auc_added});
  finding.evidence.push_back({"auc", added.auc_b, undefined, undefined});
  finding.evidence.push_back({"auc_before", added.auc_a, undefined, undefined});
  finding.caveat = "a linear probe of " + step.fit + " reads the layers: what only later layers can read is not seen";
  const std::string compared = step.layer + " against " + step.before;
  if (step.clicks < diagnose_rules::clicks || step.fit_clicks < diagnose_rules::clicks || !(added.se >= 0)) {
    finding.state = FindingState::not_enough;
    finding.text = sentence("%s: two days the network was not trained on, with %llu clicks each, are needed",
                            compared.c_str(), static_cast<unsigned long long>(diagnose_rules::clicks));
    return finding;
  }
  const bool found = finding.high < diagnose_rules::auc_added;
  decide(finding, found);
  finding.text = sentence("%s: %+.4f AUC [%+.4f, %+.4f] on %s%s", compared.c_str(), finding.value, finding.low,
                          finding.high, step.eval.c_str(), found ? ": it adds none" : "");
  if (found && !step.later.empty())
    finding.caveat += sentence("; the cut takes %s away, too, which reads AUC %.4f, %s %.4f", step.later.c_str(),
                               step.later_auc, step.before.c_str(), added.auc_a);
  if (found)
    finding.command = sentence("clicklens refine MODEL -o OUT --cut-at%s --learn %s --data %s",
                               value_word(step.before).c_str(), quoted(step.fit).c_str(), quoted(step.eval).c_str());
  return finding;
}

namespace {

class LayerFindings {
 public:
  explicit LayerFindings(const LayerNeurons& layer) : layer_(layer) {}

  std::vector<Finding> all() {
    if (layer_.rectified) {
      dead();
      proven();
    }
    if (layer_.saturates)
      neurons(FindingKind::saturated_neurons, layer_.saturated, layer_.counted, 1000,
              "saturated: at their ends on 99 % of the rows", "other traffic may use their middle",
              "clicklens neurons MODEL " + words(layer_.days) + " --layer" + value_word(layer_.layer));
    neurons(FindingKind::duplicate_neurons, layer_.duplicates, layer_.sampled, 100,
            "copies of an earlier neuron: |r| >= 0.9999, equal sign on 99.9 % of the rows",
            "from sampled rows: on others they may part", prune("duplicate"));
    redundant();
    return std::move(found_);
  }

 private:
  [[nodiscard]] std::string prune(const char* what) const {
    return sentence("clicklens refine MODEL -o OUT --prune %s --learn %s", what, words(layer_.days).c_str()) +
           (layer_.further.empty() ? "" : " --data " + quoted(layer_.further));
  }

  Finding& add(FindingKind kind, std::uint64_t rows, double value, double threshold) {
    return found_.emplace_back(
        finding_of(kind, layer_.layer, listed_names(layer_.days), rows, 0, {value, undefined, undefined, threshold}));
  }

  Finding& neurons(FindingKind kind, const std::vector<std::uint32_t>& columns, std::uint64_t rows,
                   std::uint64_t needed, const char* what, const char* caveat, const std::string& command) {
    Finding& finding = add(kind, rows, static_cast<double>(columns.size()), 0);
    finding.caveat = caveat;
    if (rows < needed) return finding = not_enough(std::move(finding), layer_.layer, rows, "rows", needed);
    finding.columns = columns;
    decide(finding, !columns.empty());
    finding.text = sentence("%s: %zu of %llu neurons %s", layer_.layer.c_str(), columns.size(),
                            static_cast<unsigned long long>(layer_.width), what);
    if (columns.empty()) return finding;
    finding.text += ": " + listed(columns);
    finding.command = command;
    return finding;
  }

  void dead() {
    Finding& finding = neurons(FindingKind::dead_neurons, layer_.dead, layer_.rows, 10'000, "were never above zero",
                               "other rows may wake them: of such neurons a tenth fires on later days", prune("dead"));
    // rule of three: 95 % bound of a rate of which n rows had none
    if (layer_.rows > 0)
      finding.evidence.push_back({"largest_rate", 3.0 / static_cast<double>(layer_.rows), undefined, undefined});
  }

  void proven() {
    neurons(FindingKind::provably_dead_neurons, layer_.proven, 1, 1, "cannot be above zero, whatever the ids",
            "no data can: weights and tables do not allow it", "clicklens refine MODEL -o OUT --prune proven");
    found_.back().rows = 0;
  }

  void redundant() {
    Finding& finding = add(FindingKind::redundant_layer, layer_.sampled, layer_.effective_rank,
                           static_cast<double>(layer_.width) / 10);
    finding.caveat = "variance is not use: the score may hang on a direction of little variance";
    if (layer_.sampled <= layer_.width || !(layer_.effective_rank >= 0)) {
      finding.state = FindingState::not_enough;
      finding.text =
          sentence("%s: %llu sampled rows for %llu columns, or nothing varies", layer_.layer.c_str(),
                   static_cast<unsigned long long>(layer_.sampled), static_cast<unsigned long long>(layer_.width));
      return;
    }
    decide(finding, layer_.redundant);
    finding.text = sentence("%s: effective rank %.1f of %llu columns", layer_.layer.c_str(), layer_.effective_rank,
                            static_cast<unsigned long long>(layer_.width));
    if (layer_.redundant) act_on(finding);
  }

  // What a layer of few directions says, the one it is computed from says too: a probe there takes its place. Of the
  // first layer there is none, and without fresh rows no probe to be trusted.
  void act_on(Finding& finding) const {
    if (layer_.before.empty() || layer_.further.empty()) {
      finding.command = prune("weak");
      return;
    }
    finding.command = sentence("clicklens refine MODEL -o OUT --cut-at%s --learn %s", value_word(layer_.before).c_str(),
                               quoted(layer_.further).c_str());
    if (!layer_.fresh.empty()) finding.command += " --data " + quoted(layer_.fresh);
    finding.caveat += "; the cut takes later layers away, too: keep it where refine shows no AUC lost";
  }

  const LayerNeurons& layer_;
  std::vector<Finding> found_;
};

}  // namespace

std::vector<Finding> judge_neurons(const LayerNeurons& layer) {
  return LayerFindings(layer).all();
}

}  // namespace clicklens::lens
