// One value after another behind one pointer, for a fixed number of readers that neither wait nor allocate: each has a
// seat, a word of its own that names what it reads ("hazard pointer", Michael 2004). Who replaces the value destroys
// the one before when no seat names it.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <memory>

namespace clicklens::base {

template <class Value>
class Seats {
 public:
  explicit Seats(std::size_t count) : count_(count), seats_(std::make_unique<Seat[]>(count)) {}

  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  // What leave() has not given back yet; null: the seat is free.
  [[nodiscard]] Value* held(std::size_t seat) const noexcept {
    return seats_[seat].held.load(std::memory_order_acquire);
  }
  [[nodiscard]] Value* current() const noexcept { return current_.load(std::memory_order_acquire); }

  // The value of now, or null before the first; it stays until leave(). A seat belongs to one thread at a time. Looks
  // again only when the value changed in between.
  Value* enter(std::size_t seat) noexcept {
    std::atomic<Value*>& held = seats_[seat].held;
    Value* seen = current_.load(std::memory_order_acquire);
    for (;;) {
      held.store(seen, std::memory_order_seq_cst);
      // Either this sees the exchange, or is_held() after the exchange sees the store: both are in one order.
      Value* const now = current_.load(std::memory_order_seq_cst);
      if (now == seen) return seen;
      seen = now;
    }
  }
  void leave(std::size_t seat) noexcept { seats_[seat].held.store(nullptr, std::memory_order_release); }

  // What was current before. Not to be destroyed while is_held().
  Value* exchange(Value* next) noexcept { return current_.exchange(next, std::memory_order_seq_cst); }
  [[nodiscard]] bool is_held(const Value* value) const noexcept {
    return std::any_of(seats_.get(), seats_.get() + count_,
                       [value](const Seat& seat) { return seat.held.load(std::memory_order_seq_cst) == value; });
  }
  [[nodiscard]] std::size_t entered() const noexcept {
    return static_cast<std::size_t>(std::count_if(seats_.get(), seats_.get() + count_, [](const Seat& seat) {
      return seat.held.load(std::memory_order_relaxed) != nullptr;
    }));
  }

 private:
  static constexpr std::size_t line_bytes = 64;  // a seat to itself: neighbours write theirs at every request
  struct alignas(line_bytes) Seat {
    std::atomic<Value*> held = nullptr;
  };

  alignas(line_bytes) std::atomic<Value*> current_ = nullptr;
  std::size_t count_;
  std::unique_ptr<Seat[]> seats_;
};

}  // namespace clicklens::base
