// What the sessions of a slot profiled.
#include "slot.h"

#include <utility>

#include "guard.h"
#include "profile.h"

namespace clicklens::capi {
namespace {

using base::Code;
using base::Status;

// Oldest first, so that a host which asks until NOT_FOUND has seen every version's rows in order.
Status collect(clens_slot& slot, SlotProfile& out) {
  SlotVersions gone;  // behind the lock
  const std::lock_guard<std::mutex> turn(slot.changing);
  gone = sweep(slot);
  if (!slot.finished.empty()) {
    out = std::move(slot.finished.front());
    slot.finished.pop_front();
    return {};
  }
  if (!slot.serving.empty()) {
    auto now = collect_version(slot.serving.front());
    if (!now.ok()) return now.status();
    out = std::move(*now);
  }
  return out.rows > 0 ? Status() : Status::error(Code::not_found, "slot: no row was profiled since the last time");
}

// Under the lock, so that no publication takes the sessions away meanwhile.
std::uint64_t settle(clens_slot& slot) {
  const std::lock_guard<std::mutex> turn(slot.changing);
  std::uint64_t rows = 0;
  if (!slot.serving.empty() && slot.serving.front().sessions.front()->watch != nullptr)
    for (const auto& session : slot.serving.front().sessions) rows += collector_of(*session).settle();
  return rows;
}

}  // namespace

base::Result<SlotProfile> collect_version(SlotVersion& version) {
  SlotProfile made;
  made.version = version.number;
  if (version.sessions.front()->watch == nullptr) return made;
  auto profile = lens::Profile::create(version.model->model, collector_of(*version.sessions.front()).options());
  if (!profile.ok()) return profile.status();
  made.profile.reset(new clens_profile);
  made.profile->profile = std::move(*profile);
  for (const auto& session : version.sessions) {
    const auto rows = collector_of(*session).collect(*made.profile->profile);
    if (!rows.ok() && made.rows == 0) return rows.status();
    made.whole &= rows.ok();  // what came before is handed out, what did not come stays with its session
    if (rows.ok()) made.rows += *rows;
  }
  return made;
}

}  // namespace clicklens::capi

using clicklens::base::Status;
using clicklens::capi::guard;
using clicklens::capi::require;

clens_status clens_slot_collect(clens_slot* slot, clens_profile** profile, uint64_t* version, uint64_t* rows) {
  return guard([&]() -> Status {
    CLENS_TRY(require(slot, "slot"));
    CLENS_TRY(require(profile, "profile"));
    clicklens::capi::SlotProfile next;
    CLENS_TRY(clicklens::capi::collect(*slot, next));
    *profile = next.profile.release();
    if (version != nullptr) *version = next.version;
    if (rows != nullptr) *rows = next.rows;
    return {};
  });
}

clens_status clens_slot_settle(clens_slot* slot, uint64_t* rows) {
  return guard([&]() -> Status {
    CLENS_TRY(require(slot, "slot"));
    const std::uint64_t settled = clicklens::capi::settle(*slot);
    if (rows != nullptr) *rows = settled;
    return {};
  });
}
