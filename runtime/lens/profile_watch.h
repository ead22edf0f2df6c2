// A batch of data on its way into a profile: its picked rows are staged tile by tile and added when there are some
// hundred.
#pragma once

#include <utility>
#include <vector>

#include "lens/profile_pick.h"
#include "lens/saliency.h"

namespace clicklens::lens {

class ProfileWatch final : public exec::TileObserver {
 public:
  static base::Result<ProfileWatch> over(Profile& profile, exec::Session& session, const exec::Batch& batch,
                                         const NeuronRows& rows, std::uint64_t first_row);

  base::Status run() noexcept;
  base::Status tile(const exec::Plan&, const ops::StepContext&, std::size_t strand) noexcept override;
  [[nodiscard]] std::size_t picked() const { return picked_.size(); }
  [[nodiscard]] bool has_added() const { return added_; }

 private:
  ProfileWatch(Profile& profile, exec::Session& session, const exec::Batch& batch, const RowPicker& picker,
               ProfileRows staged)
      : profile_(profile), session_(session), batch_(batch), picker_(picker), staged_(std::move(staged)) {}

  Profile& profile_;
  exec::Session& session_;
  const exec::Batch& batch_;
  RowPicker picker_;
  ProfileRows staged_;
  std::vector<PickedRow> picked_;
  std::size_t next_ = 0;       // of picked_
  std::vector<float> groups_;  // saliency of the tile at hand
  SaliencySpec spec_;
  bool added_ = false;
};

}  // namespace clicklens::lens
