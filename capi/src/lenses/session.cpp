// Sessions with probes and profiles.
#include <algorithm>
#include <utility>

#include "probe.h"
#include "profile.h"
#include "session_lenses.h"

namespace clicklens::capi {
namespace {

using base::Code;
using base::Status;

Status read_probes(const clens_probe& probe, const exec::Model& model, exec::SessionOptions& options) {
  if (probe.probe.model() != format::probed_model_id(model.desc()))
    return Status::error(Code::bad_state, "options.probe: it was fitted to another model");
  for (const lens::FoldedProbe& folded : probe.probe.folded())
    options.probes.push_back({folded.value, folded.weights, folded.bias});
  return {};
}

}  // namespace

// What is profiled is observed, too.
Status read_lenses(const clens_session_options& given, const exec::Model& model, exec::SessionOptions& options) {
  if (given.probe != nullptr) CLENS_TRY(read_probes(*given.probe, model, options));
  if (given.profile == nullptr) return {};
  lens::ProfileOptions profile;
  CollectorOptions room;
  CLENS_TRY(read_profile_options(given.profile, profile, room));
  for (const std::uint32_t value : lens::Profile::wanted_values(model, profile))
    if (std::find(options.observed.begin(), options.observed.end(), value) == options.observed.end())
      options.observed.push_back(value);
  return {};
}

base::Result<std::unique_ptr<SessionWatch>> make_watch(const clens_session_options& given,
                                                       const std::shared_ptr<const exec::Model>& model,
                                                       exec::Session& session) {
  if (given.profile == nullptr) return std::unique_ptr<SessionWatch>();
  lens::ProfileOptions options;
  CollectorOptions room;
  CLENS_TRY(read_profile_options(given.profile, options, room));
  auto collector = lens::Collector::create(model, session, options, room.most_rows, room.waiting_rows);
  if (!collector.ok()) return collector.status();
  return std::unique_ptr<SessionWatch>(std::make_unique<ProfileWatch>(std::move(*collector)));
}

}  // namespace clicklens::capi
