// What a session's options ask of lenses: the seam between scoring and the rest. lenses/session.cpp answers; a library
// without lenses has without_lenses/session.cpp in its place, which refuses.
#pragma once

#include <cstdint>
#include <memory>

#include "clicklens/clicklens.h"
#include "exec/session.h"

namespace clicklens::capi {

// Runs a session in its place, and looks on.
class SessionWatch {
 public:
  virtual ~SessionWatch() = default;
  // `request_keys` may be null.
  virtual base::Status run(const exec::Batch& batch, const std::uint64_t* request_keys,
                           exec::Output& output) noexcept = 0;
};

// What must be known before the session is made: options.probe's weights, values that options.profile looks at.
base::Status read_lenses(const clens_session_options& given, const exec::Model& model, exec::SessionOptions& options);
// Null: options.profile is. The session outlives what is made.
base::Result<std::unique_ptr<SessionWatch>> make_watch(const clens_session_options& given,
                                                       const std::shared_ptr<const exec::Model>& model,
                                                       exec::Session& session);

struct SlotVersion;
struct SlotProfile;
// Everything that its sessions have profiled since the last time. Without rows: nothing, or they do not profile.
base::Result<SlotProfile> collect_version(SlotVersion& version);

}  // namespace clicklens::capi
