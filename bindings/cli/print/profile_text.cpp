#include "print/format.h"
#include "print/print.h"

namespace clicklens::cli {
namespace {

std::string share_of(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? "-" : fmt::format("{:.2f} %", 100 * static_cast<double>(part) / static_cast<double>(whole));
}

void print_features(const ProfileReport& r) {
  const auto wide = widest(
      r.features, [](const auto& f) { return std::string_view(f.name); }, 7);
  say("\n{:<{}} {:>9} {:>9} {:>12} {:>9} {:>10} {:>10}\n", "feature", wide, "missing", "unknown", "ids", "cut",
      "distinct", "collisions");
  for (const auto& f : r.features) {
    const clens_profile_feature& s = f.stats;
    if (s.dense != 0) {
      say("{:<{}} {:>9}   mean {}, sd {}{}\n", f.name, wide, share_of(s.missing, s.rows), number(f.raw[0].mean),
          number(f.raw[0].sd), f.raw.size() > 1 ? ", of the first element" : "");
      continue;
    }
    say("{:<{}} {:>9} {:>9} {:>12} {:>9} {:>10.0f} {:>10}\n", f.name, wide, share_of(s.missing, s.rows),
        share_of(s.unknown, s.ids), s.ids, s.cut, s.distinct,
        s.hashed != 0 ? fmt::format("{:.2f} %", 100 * s.collisions) : "-");
  }
}

}  // namespace

void print_text(const ProfileReport& r) {
  say("{} of {} rows", r.info.rows, r.info.seen);
  if (r.info.every > 1) say(" (one in {})", r.info.every);
  if (r.info.skipped > 0) say(", {} more were picked but beyond what a run may profile", r.info.skipped);
  if (r.info.labelled > 0) say(", {} clicks", r.info.clicks);
  say("; errors cluster by {}\n", r.cluster.empty() ? "request" : r.cluster);
  for (const auto& task : r.tasks)
    say("logit of {}: mean {}, sd {}, quartiles {} {} {}\n", task.name,
        with_error(task.scores.mean, task.scores.mean_se), number(task.scores.sd), number(task.quantiles[1]),
        number(task.quantiles[2]), number(task.quantiles[3]));
  if (!r.features.empty()) print_features(r);
  if (!r.groups.empty()) say("\n");
  for (const auto& group : r.groups)
    say("{:<12} {} of the saliency\n", group.name, with_error(group.share, group.share_se));
  if (!r.layers.empty()) say("\n");
  for (const auto& layer : r.layers) say("neurons of {}: {}\n", layer.name, layer.width);
  say("\nwritten: {} ({} bytes)\n", r.out, r.bytes);
}

}  // namespace clicklens::cli
