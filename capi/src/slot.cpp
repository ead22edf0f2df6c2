// A slot: publishing on the loader's thread, entering and leaving on serving ones.
#include "slot.h"

#include <chrono>
#include <iterator>
#include <thread>
#include <utility>

#include "guard.h"
#include "sized.h"

namespace clicklens::capi {
namespace {

using base::Code;
using base::Status;

constexpr std::size_t most_seats = 65536;
constexpr std::size_t most_finished = 64;  // profiles that wait for clens_slot_collect
constexpr std::uint32_t default_drain_ms = 10'000;

// Keeps what a version's sessions profiled before it goes. Under `changing`.
void finish(clens_slot& slot, SlotVersion& version) noexcept {
  const Status kept = contain([&]() -> Status {
    auto last = collect_version(version);
    if (!last.ok()) return last.status();
    if (!last->whole) ++slot.lost_versions;
    if (last->rows == 0) return {};
    if (slot.finished.size() == most_finished) {
      slot.lost_rows += slot.finished.front().rows;
      slot.finished.pop_front();
    }
    slot.finished.push_back(std::move(*last));
    return {};
  });
  if (!kept.ok()) ++slot.lost_versions;
}

// Until no seat holds a version that was replaced, or for as long as the slot's options have it.
void drain(clens_slot& slot) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(slot.drain_ms);
  for (;;) {
    {
      SlotVersions gone;  // behind the lock
      const std::lock_guard<std::mutex> turn(slot.changing);
      gone = sweep(slot);
      if (slot.draining.empty()) return;
    }
    if (std::chrono::steady_clock::now() >= until) return;
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
}

Status check_seat(const clens_slot& slot, std::size_t seat) noexcept {
  if (seat < slot.seats.count()) return {};
  return Status::error(Code::invalid_argument, "seat: %zu, the slot has %zu", seat, slot.seats.count());
}

Status enter(clens_slot& slot, std::size_t index, clens_seat* out) noexcept {
  CLENS_TRY(check_seat(slot, index));
  CLENS_TRY(require(out, "out"));
  if (slot.seats.held(index) != nullptr)
    return Status::error(Code::bad_state, "seat: %zu is taken; one for each thread, left before it is entered again",
                         index);
  const SlotVersion* const version = slot.seats.enter(index);
  if (version == nullptr) return Status::error(Code::bad_state, "slot: nothing was published yet");
  const clens_seat seat{sizeof seat, version->sessions[index].get(), version->model.get(), version->cache.get(),
                        version->number};
  const Status written = write_sized(seat, "out", out);
  if (!written.ok()) slot.seats.leave(index);
  return written;
}

Status leave(clens_slot& slot, std::size_t index) noexcept {
  CLENS_TRY(check_seat(slot, index));
  if (slot.seats.held(index) == nullptr) return Status::error(Code::bad_state, "seat: %zu was not entered", index);
  slot.seats.leave(index);
  return {};
}

}  // namespace

SlotVersions sweep(clens_slot& slot) {
  SlotVersions gone;
  for (auto version = slot.draining.begin(); version != slot.draining.end();) {
    const auto next = std::next(version);
    if (!slot.seats.is_held(&*version)) {
      finish(slot, *version);
      gone.splice(gone.end(), slot.draining, version);
    }
    version = next;
  }
  return gone;
}

}  // namespace clicklens::capi

using clicklens::base::Code;
using clicklens::base::Status;
using clicklens::capi::guard;
using clicklens::capi::report;
using clicklens::capi::require;
using clicklens::capi::SlotVersion;
using clicklens::capi::SlotVersions;

clens_status clens_slot_create(const clens_inputs* inputs, const clens_slot_options* options, clens_slot** out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(inputs, "inputs"));
    CLENS_TRY(require(out, "out"));
    clens_slot_options known = CLENS_SLOT_OPTIONS_INIT;
    CLENS_TRY(clicklens::capi::read_sized(options, "options", known));
    if (known.seats == 0 || known.seats > clicklens::capi::most_seats)
      return Status::error(Code::invalid_argument, "options.seats: %zu; 1 to %zu", known.seats,
                           clicklens::capi::most_seats);
    if (known.reserved != 0) return Status::error(Code::invalid_argument, "options.reserved: must be 0");
    const std::uint32_t drain =
        known.drain_milliseconds == 0 ? clicklens::capi::default_drain_ms : known.drain_milliseconds;
    *out = new clens_slot(inputs->inputs, known.seats, drain);
    return {};
  });
}

void clens_slot_release(clens_slot* slot) {
  delete slot;
}

clens_status clens_slot_publish(clens_slot* slot, const clens_publication* publication, uint64_t* number) {
  return guard([&]() -> Status {
    CLENS_TRY(require(slot, "slot"));
    CLENS_TRY(require(publication, "publication"));
    clens_publication known = CLENS_PUBLICATION_INIT;
    CLENS_TRY(clicklens::capi::read_sized(publication, "publication", known));
    SlotVersions made;
    const Status status = clicklens::capi::contain([&]() -> Status {
      auto version = clicklens::capi::make_version(known, slot->inputs, slot->seats.count());
      if (version.ok()) made = std::move(*version);
      return version.status();
    });
    {
      const std::lock_guard<std::mutex> turn(slot->changing);
      if (!status.ok()) {
        ++slot->refused;
        return status;
      }
      // Nothing fails from here on: the cache was the caller's until now.
      made.front().cache.reset(known.cache);
      made.front().number = ++slot->published;
      if (number != nullptr) *number = slot->published;
      slot->seats.exchange(&made.front());
      slot->draining.splice(slot->draining.end(), slot->serving);
      slot->serving.splice(slot->serving.end(), made);
    }
    clicklens::capi::drain(*slot);
    return {};
  });
}

clens_status clens_slot_enter(clens_slot* slot, size_t seat, clens_seat* out) {
  if (slot == nullptr) return report(require(slot, "slot"));
  const Status status = clicklens::capi::enter(*slot, seat, out);
  return status.ok() ? CLENS_OK : report(status);
}

clens_status clens_slot_leave(clens_slot* slot, size_t seat) {
  if (slot == nullptr) return report(require(slot, "slot"));
  const Status status = clicklens::capi::leave(*slot, seat);
  return status.ok() ? CLENS_OK : report(status);
}

clens_status clens_slot_describe(const clens_slot* slot, clens_slot_info* info) {
  return guard([&]() -> Status {
    CLENS_TRY(require(slot, "slot"));
    CLENS_TRY(require(info, "info"));
    auto& known = const_cast<clens_slot&>(*slot);  // NOLINT: to lock it
    const std::lock_guard<std::mutex> turn(known.changing);
    clens_slot_info all = CLENS_SLOT_INFO_INIT;
    all.seats = known.seats.count();
    all.entered = known.seats.entered();
    all.published = known.published;
    all.refused = known.refused;
    all.draining = known.draining.size();
    all.lost_rows = known.lost_rows;
    all.lost_versions = known.lost_versions;
    if (!known.serving.empty()) {
      const SlotVersion& now = known.serving.front();
      const auto& id = now.model->model->file().id();
      all.version = now.number;
      all.model_low = id.low;
      all.model_high = id.high;
    }
    return clicklens::capi::write_sized(all, "info", info);
  });
}
