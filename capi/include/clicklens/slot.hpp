// Models that change under load in C++11, as clicklens.hpp has the rest:
//
//   clicklens::Slot slot(inputs, threads);
//   slot.publish(clicklens::Model("ctr.clens"));            // a loader's thread; again for each new file
//
//   {
//     clicklens::Seat seat = slot.enter(thread);            // a serving thread, around one request
//     seat.run(batch, output);
//   }                                                       // left
#ifndef CLICKLENS_SLOT_HPP
#define CLICKLENS_SLOT_HPP

#include <clicklens/profile.hpp>

namespace clicklens {

struct ReleaseSlot {
  void operator()(clens_slot* handle) const noexcept { clens_slot_release(handle); }
};

// How a seat's last version reads the slot's inputs.
struct SeatReads {
  std::uint64_t version = 0;
  Reads reads;
};

// All of one version, until destroyed. One thread at a time.
class Seat {
 public:
  Seat(clens_slot* slot, std::size_t seat, const Inputs& inputs, SeatReads& known)
      : slot_(slot), seat_(seat), now_(CLENS_SEAT_INIT), known_(&known) {
    check(clens_slot_enter(slot, seat, &now_));
    if (known.version == now_.version) return;
    known.reads = Reads(now_.model, inputs);
    known.version = now_.version;
  }
  Seat(Seat&& other) noexcept : slot_(other.slot_), seat_(other.seat_), now_(other.now_), known_(other.known_) {
    other.slot_ = nullptr;
  }
  Seat& operator=(Seat&&) = delete;
  ~Seat() {
    if (slot_ != nullptr) clens_slot_leave(slot_, seat_);
  }

  clens_session* session() const noexcept { return now_.session; }
  const clens_model* model() const noexcept { return now_.model; }
  const clens_cache* cache() const noexcept { return now_.cache; }  // null: none was published
  std::uint64_t version() const noexcept { return now_.version; }

  void run(const Batch& batch, clens_output& output) const {
    const clens_batch view = known_->reads.view(batch);
    check(clens_session_run(now_.session, &view, &output));
  }

 private:
  clens_slot* slot_;
  std::size_t seat_;
  clens_seat now_;
  SeatReads* known_;
};

// Any number of threads, each with a seat of its own.
class Slot {
 public:
  Slot(const Inputs& inputs, std::size_t seats, std::uint32_t drain_milliseconds = 0) : inputs_(inputs) {
    clens_slot_options options = CLENS_SLOT_OPTIONS_INIT;
    options.seats = seats;
    options.drain_milliseconds = drain_milliseconds;
    clens_slot* made = nullptr;
    check(clens_slot_create(inputs.get(), &options, &made));
    handle_.reset(made);
    known_.resize(seats);
  }
  clens_slot* get() const noexcept { return handle_.get(); }

  // Its number. Throws, and serves what it served before, when the model does not pass.
  std::uint64_t publish(const Model& model, const clens_session_options* session = nullptr, std::uint32_t flags = 0) {
    return publish(model, session, flags, nullptr);
  }
  // The cache is the slot's afterwards, unless this throws.
  std::uint64_t publish(const Model& model, const clens_session_options& session, Cache& cache,
                        std::uint32_t flags = 0) {
    const std::uint64_t number = publish(model, &session, flags, cache.get());
    cache.release();
    return number;
  }

  Seat enter(std::size_t seat) { return Seat(get(), seat, inputs_, known_[seat < known_.size() ? seat : 0]); }

  // False: no row was profiled since the last time. See clens_slot_collect.
  bool collect(Profile& profile, std::uint64_t* version = nullptr) {
    clens_profile* made = nullptr;
    const clens_status status = clens_slot_collect(get(), &made, version, nullptr);
    if (status == CLENS_E_NOT_FOUND) return false;
    check(status);
    profile = Profile(made);
    return true;
  }
  // On a thread of its own, a few times a second: so serving threads copy profiled rows and no more. How many were
  // added up.
  std::uint64_t settle() {
    std::uint64_t rows = 0;
    check(clens_slot_settle(get(), &rows));
    return rows;
  }
  clens_slot_info describe() const {
    clens_slot_info info = CLENS_SLOT_INFO_INIT;
    check(clens_slot_describe(get(), &info));
    return info;
  }

 private:
  std::uint64_t publish(const Model& model, const clens_session_options* session, std::uint32_t flags,
                        clens_cache* cache) {
    clens_publication publication = CLENS_PUBLICATION_INIT;
    publication.model = model.get();
    publication.session = session;
    publication.cache = cache;
    publication.flags = flags;
    std::uint64_t number = 0;
    check(clens_slot_publish(get(), &publication, &number));
    return number;
  }

  Inputs inputs_;
  std::vector<SeatReads> known_;  // by seat
  std::unique_ptr<clens_slot, ReleaseSlot> handle_;
};

}  // namespace clicklens

#endif  // CLICKLENS_SLOT_HPP
