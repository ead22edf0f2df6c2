#include "lens/profile_watch.h"

#include <algorithm>

#include "lens/saliency_rows.h"

namespace clicklens::lens {
namespace {

constexpr std::size_t most_staged = 1024;

}  // namespace

base::Result<ProfileWatch> ProfileWatch::over(Profile& profile, exec::Session& session, const exec::Batch& batch,
                                              const NeuronRows& rows, std::uint64_t first_row) {
  const ProfileOptions& options = profile.options();
  const RowPicker picker(batch, rows, first_row, options.buckets);
  auto staged = ProfileRows::make(profile, session, std::min<std::uint64_t>(most_staged, batch.candidates + 1),
                                  session.model().limits().session_bytes);
  if (!staged.ok()) return staged.status();
  ProfileWatch watch(profile, session, batch, picker, std::move(*staged));
  watch.spec_.task = options.task;
  watch.spec_.means = options.means;
  if (options.has(format::profile_saliency)) watch.groups_.resize(session.plan().tile_rows * profile.groups().size());
  picker.pick(options.every, [&](std::uint64_t r, std::uint64_t c) { watch.picked_.push_back({r, c}); });
  return watch;
}

base::Status ProfileWatch::run() noexcept {
  if (groups_.empty()) {
    CLENS_TRY(session_.observe(batch_, *this));
  } else {
    exec::Output nothing;
    const exec::GradientTarget logit{session_.model().desc().outputs[spec_.task].logit, 0, false};
    CLENS_TRY(session_.explain(batch_, logit, nothing, *this, true));
  }
  staged_.settle(profile_);
  return {};
}

base::Status ProfileWatch::tile(const exec::Plan& plan, const ops::StepContext& context, std::size_t) noexcept {
  const std::uint64_t begin = context.first_candidate, end = begin + context.rows;
  if (next_ == picked_.size() || picked_[next_].candidate >= end) return {};
  const std::size_t groups = groups_.empty() ? 0 : profile_.groups().size();
  if (groups > 0) {
    RowSaliency rows(session_.model(), plan.backward_from(session_.model().desc().outputs[spec_.task].logit), spec_,
                     groups_.data(), begin);
    CLENS_TRY(rows.tile(plan, context, 0));
  }
  while (next_ < picked_.size() && picked_[next_].candidate < end) {
    if (staged_.size() == staged_.capacity()) staged_.settle(profile_);
    const std::size_t first = next_, slot = staged_.size();
    for (; next_ < picked_.size() && picked_[next_].candidate < end && staged_.size() < staged_.capacity(); ++next_) {
      const auto [request, candidate] = picked_[next_];
      const auto row = static_cast<std::size_t>(candidate - begin);
      staged_.set_facts(staged_.size(), picker_.facts(request, candidate));
      staged_.copy(plan, context, row, staged_.size(), groups > 0 ? &groups_[row * groups] : nullptr);
      staged_.set_size(staged_.size() + 1);
    }
    added_ = true;
    staged_.add_features(session_, {&picked_[first], next_ - first}, slot, profile_);
  }
  return {};
}

}  // namespace clicklens::lens
