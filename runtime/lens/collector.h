// The profile of a session that serves. The session owns two blocks, each a profile and rows on their way into it, all
// memory made beforehand. A run takes one of them for itself by one exchange of an atomic word and gives it back at its
// end; who collects takes those that no run holds, and asks the session to use the other one from its next run on. So
// neither waits for the other, and what a run at hand sees comes with the next collection at the latest. Settling alone
// waits, a little, for the end of the run at hand.
//
// Rows are picked before a run and have their places; strands copy theirs out of the tiles they make, and the run's
// thread counts the features at its end. There rows wait: who settles or collects adds them up, on a thread of its own,
// backwards included, so that a run pays for copies alone. A run that finds no room left adds up some dozen itself, or
// as many as it brings.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "exec/backward_rows.h"
#include "lens/profile_pick.h"
#include "lens/saliency.h"

namespace clicklens::lens {

class Collector final : public exec::TileObserver {
 public:
  static constexpr std::uint32_t default_rows = 64, most_rows = 4096;
  static constexpr std::uint32_t default_waiting = 256, most_waiting = 65536;

  // `rows`: of one run. `waiting`: that there is room for; never less than of one run. The session observes
  // Profile::wanted_values() and has gradients for saliency; it outlives this.
  static base::Result<std::unique_ptr<Collector>> create(const std::shared_ptr<const exec::Model>&, exec::Session&,
                                                         const ProfileOptions&, std::size_t rows,
                                                         std::size_t waiting = default_waiting);

  // Session::run, watched. `request_keys` null: rows are numbered from the session's first.
  base::Status run(const exec::Batch& batch, const std::uint64_t* request_keys, exec::Output& output) noexcept;
  // Any thread. Adds up rows that wait, and leaves them with the session; how many. Waits for the end of the run at
  // hand, but no longer than 20 ms.
  std::uint64_t settle() noexcept;
  // Any thread. Adds what was seen since the last time; how many rows. What cannot be added stays.
  base::Result<std::uint64_t> collect(Profile& into);
  // What a profile that collects from it is created with.
  [[nodiscard]] const ProfileOptions& options() const noexcept { return options_; }

  void begin(const exec::Batch& batch) noexcept override;
  base::Status tile(const exec::Plan&, const ops::StepContext&, std::size_t strand) noexcept override;

 private:
  enum Owner : std::uint32_t { nobody, session, collection };
  struct Block {
    std::atomic<std::uint32_t> owner = nobody;
    std::unique_ptr<Profile> profile;
    std::optional<ProfileRows> rows;
    std::optional<exec::BackwardRows> backward;  // with saliency
  };

  Collector(exec::Session& session, const ProfileOptions& options, std::size_t rows);
  Block* take_block() noexcept;
  void finish(const exec::Batch& batch, const RowPicker& picker, Block& block) noexcept;
  void settle(Block& block, std::size_t first) noexcept;
  void make_room(Block& block) noexcept;
  // For a collection; false: a run holds it, and did not give it back meanwhile.
  static bool take(Block& block, std::chrono::microseconds patience) noexcept;

  exec::Session& session_;
  const ProfileOptions options_;
  SaliencySpec spec_;
  Block blocks_[2];
  std::atomic<std::uint32_t> preferred_ = 0;  // the block that the next run takes, if it can
  std::mutex collecting_;

  // Of the run at hand
  const RowPicker* picker_ = nullptr;
  Block* current_ = nullptr;
  std::vector<PickedRow> picked_;  // room for as many as a run may profile
  std::size_t most_ = 0;
  std::uint64_t skipped_ = 0, next_row_ = 0;
};

}  // namespace clicklens::lens
