// Reports of `saliency --by/--train/--test` and of `importance`.
#include <fmt/format.h>

#include "print/format.h"
#include "print/json.h"
#include "print/print.h"

namespace clicklens::cli {
namespace {

std::size_t widest_group(const std::vector<std::string>& groups) {
  return widest(
      groups, [](const auto& g) { return std::string_view(g); }, 5);
}

}  // namespace

void print_text(const SaliencySumsReport& r) {
  const auto wide = widest_group(r.groups);
  const std::string target = r.task.empty() ? r.target : "the " + r.target + " of " + r.task;
  say("{} of {}, standard errors by {}\n", r.method, target, r.cluster.empty() ? "row" : r.cluster);
  for (const auto& part : r.parts) {
    say("\n{}{}{}: {} rows\n", part.split, part.by == "all" ? "" : ", " + part.by + " ",
        part.by == "day" ? base_name(part.value) : part.value, part.rows);
    say("  {:<{}} {:>4} {:>18} {:>10} {:>10} {:>10}\n", "group", wide, "rank", "share", "mean |s|", "mean", "sd");
    for (std::size_t g = 0; g < r.groups.size(); ++g) {
      const clens_group_saliency& s = part.groups[g];
      say("  {:<{}} {:>4} {:>18} {:>10} {:>10} {:>10}\n", r.groups[g], wide, s.rank, with_error(s.share, s.share_se),
          number(s.mean_absolute, 5), number(s.mean, 5), number(s.sd, 5));
    }
  }
  if (r.contrasts.empty()) return;
  say("\ntest against train: log ratio of shares, 95 % interval; a finding lies outside of +-{}\n", small_log_ratio);
  for (std::size_t g = 0; g < r.groups.size(); ++g) {
    const clens_share_contrast& c = r.contrasts[g];
    say("  {:<{}} {:>8} -> {:<8} {:>8} [{}, {}]{}\n", r.groups[g], wide, number(c.share_a), number(c.share_b),
        number(c.log_ratio), number(c.low), number(c.high), is_finding(c) ? "  finding" : "");
  }
}

Json to_json(const SaliencySumsReport& r) {
  Json parts = Json::array();
  for (const auto& part : r.parts) {
    Json groups = Json::array();
    for (std::size_t g = 0; g < r.groups.size(); ++g) {
      const clens_group_saliency& s = part.groups[g];
      groups.push_back(Json{{"group", r.groups[g]},
                            {"share", s.share},
                            {"share_se", s.share_se},
                            {"rank", s.rank},
                            {"mean_absolute", s.mean_absolute},
                            {"mean", s.mean},
                            {"sd", s.sd}});
    }
    parts.push_back(Json{{"split", part.split},
                         {"by", part.by},
                         {"value", part.by == "all" ? Json() : Json(part.value)},
                         {"rows", part.rows},
                         {"excluded_non_finite", part.non_finite},
                         {"groups", groups}});
  }
  Json contrasts = Json::array();
  for (std::size_t g = 0; g < r.contrasts.size(); ++g) {
    const clens_share_contrast& c = r.contrasts[g];
    contrasts.push_back(Json{{"group", r.groups[g]},
                             {"train_share", c.share_a},
                             {"test_share", c.share_b},
                             {"log_ratio", c.log_ratio},
                             {"se", c.se},
                             {"low", c.low},
                             {"high", c.high},
                             {"finding", is_finding(c)}});
  }
  return {{"method", r.method},
          {"target", r.target},
          {"task", r.task},
          {"cluster", r.cluster.empty() ? Json() : Json(r.cluster)},
          {"reference", r.reference.empty() ? Json() : Json(r.reference)},
          {"reference_is_data", r.own_reference},
          {"parts", parts},
          {"contrasts", contrasts}};
}

void print_json(const SaliencySumsReport& r) {
  put(to_json(r));
}

void print_text(const ImportanceReport& r) {
  const auto wide = widest_group(r.groups);
  if (r.ablation)
    say("AUC of {} lost with a group's pooled values at the day's mean, 95 % interval\n", r.task);
  else
    say("AUC of {} lost by permuting a group within the day, {} draws, 95 % interval\n", r.task, r.draws);
  for (const auto& day : r.days) {
    say("\n{}{}: {} rows, AUC {}, standard errors by {}\n", base_name(day.file), day.train ? " (train)" : "", day.rows,
        number(day.groups.front().auc), day.cluster.empty() ? "row" : day.cluster);
    for (std::size_t g = 0; g < r.groups.size(); ++g) {
      const clens_group_importance& i = day.groups[g];
      say("  {:<{}} {:>8} [{}, {}]  log loss +{}, mean effect {}", r.groups[g], wide, number(i.drop), number(i.low),
          number(i.high), number(i.log_loss_rise), number(i.effect));
      if (!r.ablation) say("  sd of draws {}", number(i.drop_sd));
      say("\n");
    }
  }
  for (const auto& contrast : r.contrasts) {
    say("\n{} (train) less {}\n", base_name(contrast.train), base_name(contrast.hold));
    for (std::size_t g = 0; g < r.groups.size(); ++g) {
      const clens_importance_difference& d = contrast.groups[g];
      say("  {:<{}} {:>8} [{}, {}]{}\n", r.groups[g], wide, number(d.difference), number(d.low), number(d.high),
          d.memorises != 0 ? "  memorised" : "");
    }
  }
}

void print_json(const ImportanceReport& r) {
  Json days = Json::array();
  for (const auto& day : r.days) {
    Json groups = Json::array();
    for (std::size_t g = 0; g < r.groups.size(); ++g) {
      const clens_group_importance& i = day.groups[g];
      groups.push_back(Json{{"group", r.groups[g]},
                            {"drop", i.drop},
                            {"permuted_auc", i.permuted_auc},
                            {"drop_sd", i.drop_sd},
                            {"se", i.se},
                            {"low", i.low},
                            {"high", i.high},
                            {"log_loss_rise", i.log_loss_rise},
                            {"effect", i.effect}});
    }
    days.push_back(Json{{"file", day.file},
                        {"split", day.train ? "train" : "data"},
                        {"rows", day.rows},
                        {"auc", day.groups.front().auc},
                        {"log_loss", day.groups.front().log_loss},
                        {"cluster", day.cluster.empty() ? Json() : Json(day.cluster)},
                        {"groups", groups}});
  }
  Json contrasts = Json::array();
  for (const auto& contrast : r.contrasts) {
    Json groups = Json::array();
    for (std::size_t g = 0; g < r.groups.size(); ++g) {
      const clens_importance_difference& d = contrast.groups[g];
      groups.push_back(Json{{"group", r.groups[g]},
                            {"difference", d.difference},
                            {"se", d.se},
                            {"low", d.low},
                            {"high", d.high},
                            {"memorised", d.memorises != 0}});
    }
    contrasts.push_back(Json{{"train", contrast.train}, {"hold", contrast.hold}, {"groups", groups}});
  }
  put(Json{{"task", r.task},
           {"method", r.ablation ? "ablation" : "permutation"},
           {"draws", r.ablation ? Json() : Json(r.draws)},
           {"seed", r.ablation ? Json() : Json(r.seed)},
           {"days", days},
           {"contrasts", contrasts}});
}

}  // namespace clicklens::cli
