#include "lens/importance.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <optional>

#include "encode/gather.h"
#include "lens/encoded_batch.h"
#include "lens/importance_ablation.h"
#include "lens/metrics_auc.h"
#include "lens/metrics_jackknife.h"
#include "lens/metrics_rows.h"

namespace clicklens::lens {
namespace {

using base::Code;
using base::Status;
using Order = std::vector<std::uint64_t>;

constexpr double two_sided_95 = 1.96;

// Of one set of logits.
struct Figures {
  double auc = 0, log_loss = 0, mean_logit = 0;
  std::vector<double> without;  // AUC, each bucket that holds rows, ascending
};

double log_loss_of(float logit, bool click) {
  const double z = click ? -double{logit} : double{logit};
  return std::max(z, 0.0) + std::log1p(std::exp(-std::abs(z)));
}

// Everything that stays the same over draws.
class Measurement {
 public:
  Measurement(exec::Session& session, const exec::Batch& batch, std::span<const std::uint8_t> labels,
              std::span<const std::uint64_t> clusters, const ImportanceOptions& options)
      : session_(session), batch_(batch), labels_(labels), clusters_(clusters), options_(options) {}

  Status begin() {
    CLENS_TRY(check());
    auto encoded = EncodedBatch::make(session_, batch_);
    if (!encoded.ok()) return encoded.status();
    encoded_ = std::make_unique<EncodedBatch>(std::move(*encoded));
    CLENS_TRY(session_.bind(encoded_->view()));
    const auto features = session_.model().desc().features.size();
    for (std::size_t f = 0; f < features; ++f) {
      const encode::Column* column = session_.bound_columns()[f];
      if (column != nullptr) bound_.push_back({f, *column});
    }
    return {};
  }

  Status run(std::span<const encode::Column> columns, Figures& out) {
    exec::Batch batch = encoded_->view();
    batch.columns = columns;
    batch.originals = {};
    const std::size_t tasks = session_.model().desc().outputs.size();
    logits_.resize(batch.candidates * tasks);
    exec::Output output;
    output.kind = exec::OutputKind::logit;
    output.values = logits_.data();
    output.capacity = logits_.size();
    CLENS_TRY(session_.run(batch, output));
    return measure(logits_.data() + options_.task, tasks, out);
  }

  // logits[row * stride] of each row.
  Status measure(const float* logits, std::size_t stride, Figures& out) const {
    MetricsRows rows;
    rows.reserve(labels_.size());
    double loss = 0, sum = 0;
    for (std::size_t i = 0; i < labels_.size(); ++i) {
      const float logit = logits[i * stride];
      if (!std::isfinite(logit)) return Status::error(Code::bad_value, "importance: score %zu is not finite", i);
      rows.push_back(MetricsRow::make(logit, labels_[i] != 0, bucket(i), std::nullopt));
      loss += log_loss_of(logit, labels_[i] != 0);
      sum += double{logit};
    }
    const AucCounter counter(SortedRows(std::move(rows), options_.buckets));
    out.auc = counter.auc();
    out.without = counter.delete_one();
    out.log_loss = loss / static_cast<double>(labels_.size());
    out.mean_logit = sum / static_cast<double>(labels_.size());
    return {};
  }

  // The columns as they are; those of a group in another order.
  [[nodiscard]] std::vector<encode::Column> columns() const {
    std::vector<encode::Column> all;
    for (const Bound& bound : bound_) all.push_back(bound.column);
    return all;
  }
  Status run_permuted(std::span<const std::size_t> groups, std::uint32_t draw, Figures& out) {
    std::vector<encode::Column> all = columns();
    std::vector<encode::GatheredColumn> gathered;
    gathered.reserve(all.size());
    for (const std::size_t group : groups) permute(group, draw, all, gathered);
    return run(all, out);
  }
  void permute(std::size_t group, std::uint32_t draw, std::vector<encode::Column>& all,
               std::vector<encode::GatheredColumn>& gathered) const {
    const auto& features = session_.model().desc().features;
    const Order requests = order(group, draw, batch_.request_count(), options_.request_orders, 0);
    const Order candidates = order(group, draw, batch_.candidates, options_.candidate_orders, 1);
    for (std::size_t i = 0; i < bound_.size(); ++i) {
      const format::FeatureDesc& feature = features[bound_[i].feature];
      if (session_.model().group_of(static_cast<std::uint32_t>(bound_[i].feature)) != group) continue;
      const bool shared = feature.scope == format::Scope::request;
      gathered.emplace_back(all[i], shared ? requests : candidates, feature.width);
      all[i] = gathered.back().view();
    }
  }

  [[nodiscard]] std::uint32_t bucket(std::size_t row) const {
    return bucket_of(clusters_.empty() ? row : clusters_[row], options_.buckets);
  }

 private:
  struct Bound {
    std::size_t feature;
    encode::Column column;
  };

  [[nodiscard]] Status check() const {
    const auto bad = [](const char* what) { return Status::error(Code::invalid_argument, "options.%s", what); };
    if (options_.method > ImportanceMethod::ablation) return bad("method: unknown");
    if (options_.draws == 0 || options_.draws > 10'000) return bad("draws: not 1 .. 10000");
    if (options_.buckets < 64 || options_.buckets > 200) return bad("buckets: not 64 .. 200");
    if (options_.task >= session_.model().desc().outputs.size()) return bad("task: the model has no such output");
    std::uint64_t clicks = 0;
    for (std::size_t i = 0; i < labels_.size(); ++i) {
      if (labels_[i] > 1) return Status::error(Code::bad_value, "labels[%zu]: neither 0 nor 1", i);
      clicks += labels_[i];
    }
    if (clicks == 0 || clicks == labels_.size())
      return Status::error(Code::bad_value, "labels: one class alone has no AUC");
    if (options_.method == ImportanceMethod::ablation &&
        options_.request_orders.size() + options_.candidate_orders.size())
      return bad("request_orders, candidate_orders: of permutation alone");
    CLENS_TRY(check_orders(options_.request_orders, batch_.request_count(), "options.request_orders"));
    return check_orders(options_.candidate_orders, batch_.candidates, "options.candidate_orders");
  }

  [[nodiscard]] Status check_orders(std::span<const std::uint64_t> orders, std::uint64_t entries,
                                    const char* argument) const {
    if (orders.empty()) return {};
    for (std::uint32_t draw = 0; draw < options_.draws; ++draw) {
      std::vector<bool> seen(entries, false);
      for (const std::uint64_t entry : orders.subspan(draw * entries, entries)) {
        if (entry >= entries || seen[entry])
          return Status::error(Code::invalid_argument, "%s: draw %u is no permutation", argument, draw);
        seen[entry] = true;
      }
    }
    return {};
  }

  // Fisher and Yates; a draw depends on seed, group and scope alone.
  [[nodiscard]] Order order(std::size_t group, std::uint32_t draw, std::uint64_t entries,
                            std::span<const std::uint64_t> given, std::uint64_t scope) const {
    if (!given.empty()) {
      const auto part = given.subspan(draw * entries, entries);
      return {part.begin(), part.end()};
    }
    Order order(entries);
    std::iota(order.begin(), order.end(), std::uint64_t{0});
    std::uint64_t state = mix(mix(mix(options_.seed) ^ (2 * std::uint64_t{group} + scope)) ^ draw);
    for (std::uint64_t i = entries; i > 1; --i) {
      state = mix(state);
      std::swap(order[i - 1], order[state % i]);
    }
    return order;
  }

  exec::Session& session_;
  const exec::Batch& batch_;
  std::span<const std::uint8_t> labels_;
  std::span<const std::uint64_t> clusters_;
  const ImportanceOptions& options_;
  std::unique_ptr<EncodedBatch> encoded_;  // its rows, looked up once for all draws
  std::vector<Bound> bound_;
  std::vector<float> logits_;
};

double sd_of(const std::vector<double>& values, double mean) {
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / static_cast<double>(values.size() - 1));  // NaN of one draw
}

// The batch as it is, then what each group becomes, draw by draw.
struct Measured {
  Figures base;
  std::vector<std::vector<Figures>> groups;
};

Status permute(Measurement& run, std::size_t groups, std::uint32_t draws, Measured& out) {
  CLENS_TRY(run.run(run.columns(), out.base));
  for (std::size_t g = 0; g < groups; ++g) {
    auto& figures = out.groups.emplace_back(draws);
    for (std::uint32_t draw = 0; draw < draws; ++draw) CLENS_TRY(run.run_permuted({&g, 1}, draw, figures[draw]));
  }
  return {};
}

Status ablate(Measurement& run, exec::Session& session, const exec::Batch& batch, std::size_t task, Measured& out) {
  const std::size_t stride = session.model().groups().size() + 1;
  std::vector<float> logits(batch.candidates * stride);
  CLENS_TRY(ablated_logits(session, batch, task, logits));
  CLENS_TRY(run.measure(logits.data(), stride, out.base));
  for (std::size_t g = 1; g < stride; ++g)
    CLENS_TRY(run.measure(logits.data() + g, stride, out.groups.emplace_back(1).front()));
  return {};
}

GroupImportance figures_of(const Figures& base, const std::vector<Figures>& draws, std::vector<double>& without) {
  const auto count = static_cast<double>(draws.size());
  GroupImportance figures;
  std::vector<double> drops;
  without.assign(base.without.size(), 0.0);
  for (const Figures& draw : draws) {
    drops.push_back(base.auc - draw.auc);
    for (std::size_t b = 0; b < without.size(); ++b) without[b] += (base.without[b] - draw.without[b]) / count;
    figures.log_loss_rise += (draw.log_loss - base.log_loss) / count;
    figures.effect += (base.mean_logit - draw.mean_logit) / count;
  }
  figures.auc = base.auc;
  figures.drop = std::accumulate(drops.begin(), drops.end(), 0.0) / count;
  figures.permuted_auc = base.auc - figures.drop;
  figures.drop_sd = sd_of(drops, figures.drop);
  figures.se = jackknife_se(without);
  figures.low = figures.drop - two_sided_95 * figures.se;
  figures.high = figures.drop + two_sided_95 * figures.se;
  figures.log_loss = base.log_loss;
  return figures;
}

}  // namespace

base::Result<Importance> Importance::measure(exec::Session& session, const exec::Batch& batch,
                                             std::span<const std::uint8_t> labels,
                                             std::span<const std::uint64_t> clusters,
                                             const ImportanceOptions& options) {
  Measurement run(session, batch, labels, clusters, options);
  CLENS_TRY(run.begin());
  Importance made;
  made.buckets_ = options.buckets;
  made.holds_rows_.assign(options.buckets, 0);
  for (std::size_t i = 0; i < labels.size(); ++i) made.holds_rows_[run.bucket(i)] = 1;
  Measured measured;
  if (options.method == ImportanceMethod::ablation)
    CLENS_TRY(ablate(run, session, batch, options.task, measured));
  else
    CLENS_TRY(permute(run, session.model().groups().size(), options.draws, measured));
  for (const std::vector<Figures>& draws : measured.groups) {
    Group& group = made.groups_.emplace_back();
    std::vector<double> without;
    group.figures = figures_of(measured.base, draws, without);
    group.without.assign(options.buckets, group.figures.drop);
    for (std::size_t b = 0, held = 0; b < options.buckets; ++b)
      if (made.holds_rows_[b] != 0) group.without[b] = without[held++];
  }
  return made;
}

base::Result<GroupImportance> Importance::joint(exec::Session& session, const exec::Batch& batch,
                                                std::span<const std::uint8_t> labels,
                                                std::span<const std::uint64_t> clusters,
                                                const ImportanceOptions& options, std::span<const std::size_t> groups) {
  if (options.method != ImportanceMethod::permutation)
    return Status::error(Code::invalid_argument, "options.method: only permutation takes groups together");
  for (const std::size_t group : groups)
    if (group >= session.model().groups().size())
      return Status::error(Code::invalid_argument, "groups: %zu of %zu", group, session.model().groups().size());
  Measurement run(session, batch, labels, clusters, options);
  CLENS_TRY(run.begin());
  Figures base;
  CLENS_TRY(run.run(run.columns(), base));
  std::vector<Figures> draws(options.draws);
  for (std::uint32_t draw = 0; draw < options.draws; ++draw) CLENS_TRY(run.run_permuted(groups, draw, draws[draw]));
  std::vector<double> without;
  return figures_of(base, draws, without);
}

base::Result<ImportanceContrast> Importance::contrast(const Importance& a, const Importance& b, std::size_t group) {
  if (a.buckets_ != b.buckets_ || a.groups_.size() != b.groups_.size() || group >= a.groups_.size())
    return Status::error(Code::invalid_argument, "importance: %zu groups in %u buckets and %zu in %u, group %zu",
                         a.groups_.size(), a.buckets_, b.groups_.size(), b.buckets_, group);
  std::vector<double> without;
  for (std::uint32_t bucket = 0; bucket < a.buckets_; ++bucket)
    if (a.holds_rows_[bucket] != 0 || b.holds_rows_[bucket] != 0)
      without.push_back(a.groups_[group].without[bucket] - b.groups_[group].without[bucket]);
  ImportanceContrast contrast;
  contrast.difference = a.groups_[group].figures.drop - b.groups_[group].figures.drop;
  contrast.se = jackknife_se(without);
  contrast.low = contrast.difference - two_sided_95 * contrast.se;
  contrast.high = contrast.difference + two_sided_95 * contrast.se;
  return contrast;
}

}  // namespace clicklens::lens
