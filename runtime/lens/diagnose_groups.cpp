// Feature groups: what the scores lose without them, and what training rows lose more.
#include <utility>

#include "lens/diagnose_rules.h"
#include "lens/diagnose_text.h"

namespace clicklens::lens {

bool may_be_useless(const GroupImportance& drop) noexcept {
  return drop.high < diagnose_rules::drop;  // false where the error is not defined
}

namespace {

constexpr std::size_t most_dropped = 50;  // of one command: each of the findings names them all

std::string dropped(std::span<const std::string> set) {
  std::string options;
  for (const std::string& group : set) options += " --drop-group" + value_word(group);
  return options;
}

// The groups' means, and what the model without them is held against: a day that did not choose them, if there is one.
std::string learn_from(const std::string& day, const std::string& further) {
  return " --learn " + quoted(day) + " --data " + quoted(further.empty() ? day : further);
}

constexpr const char* same_day = "; the command shows the effect on the day that chose the group: it flatters";

}  // namespace

Finding judge_useless(const GroupDrop& drop, bool joined, const GroupImportance& joint,
                      std::span<const std::string> set) {
  Finding finding = finding_of(FindingKind::useless_group, drop.group, drop.rows_of, drop.rows, drop.clicks,
                               {drop.alone.drop, drop.alone.low, drop.alone.high, diagnose_rules::drop});
  finding.caveat = "of this day: what a group knows of rare requests, or of days to come, is not measured";
  if (drop.clicks < diagnose_rules::clicks || !(drop.alone.se >= 0))
    return not_enough(std::move(finding), drop.group, drop.clicks, "clicks", diagnose_rules::clicks);
  const std::string lost = sentence("%s: %.4f AUC lost [%.4f, %.4f] by permuting it on %s", drop.group.c_str(),
                                    drop.alone.drop, drop.alone.low, drop.alone.high, drop.rows_of.c_str());
  if (!may_be_useless(drop.alone)) {
    finding.text = lost;
    return finding;
  }
  finding.evidence.push_back({"joint_drop", joint.drop, joint.low, joint.high});
  const bool found = joined && may_be_useless(joint);
  decide(finding, found);
  if (found) {
    finding.text = lost + sentence("; %.4f with all %zu such groups at once: of no use", joint.drop, set.size());
    const bool all = set.size() <= most_dropped;
    finding.command = "clicklens refine MODEL -o OUT" + dropped(all ? set : std::span(&drop.group, 1)) +
                      learn_from(drop.rows_of, drop.further);
    if (drop.further.empty()) finding.caveat += same_day;
  } else {
    finding.text = lost + sentence(", but %.4f [%.4f, %.4f] together with %s, which says the same", joint.drop,
                                   joint.low, joint.high, listed_names(set, 12).c_str());
  }
  return finding;
}

Finding judge_memorising(const GroupGap& gap) {
  Finding finding = finding_of(FindingKind::memorising_group, gap.group, gap.hold, gap.rows, gap.clicks,
                               {gap.gap.difference, gap.gap.low, gap.gap.high, diagnose_rules::memorised});
  finding.evidence.push_back({"train_drop", gap.train_drop, undefined, undefined});
  finding.evidence.push_back({"hold_drop", gap.hold_drop, undefined, undefined});
  finding.caveat =
      "a group that drifted since training, too, loses less on later rows; and what a network leans on it misses: "
      "taken "
      "out, the group may cost AUC on new rows as well, so train anew without it, or for fewer epochs, where it does";
  if (gap.clicks < diagnose_rules::clicks || !(gap.gap.se >= 0))
    return not_enough(std::move(finding), gap.group, gap.clicks, "clicks on training or other rows",
                      diagnose_rules::clicks);
  const bool found = finding.value > diagnose_rules::memorised && finding.low > diagnose_rules::memorised_low;
  decide(finding, found);
  finding.text = sentence("%s: permuting it loses %+.3f AUC more [%+.3f, %+.3f] on %s than on %s%s", gap.group.c_str(),
                          finding.value, finding.low, finding.high, gap.train.c_str(), gap.hold.c_str(),
                          found ? ": it knows rows by heart" : "");
  if (found && gap.further.empty()) finding.caveat += same_day;
  if (found)
    finding.command =
        "clicklens refine MODEL -o OUT --drop-group" + value_word(gap.group) + learn_from(gap.hold, gap.further);
  return finding;
}

}  // namespace clicklens::lens
