// The neuron lens while a batch runs: takes each tile apart and hands it to what is kept of each layer.
#pragma once

#include "lens/neurons.h"

namespace clicklens::lens {

class NeuronWatch final : public exec::TileObserver {
 public:
  // BAD_STATE: the session does not observe a watched value. Room for a tile is made here.
  static base::Result<NeuronWatch> over(Neurons& neurons, const exec::Session& session, const exec::Batch& batch,
                                        const NeuronRows& rows);

  base::Status tile(const exec::Plan&, const ops::StepContext&, std::size_t strand) noexcept override;
  [[nodiscard]] bool has_added() const { return added_; }

 private:
  NeuronWatch(Neurons& neurons, const exec::Batch& batch, const NeuronRows& rows)
      : neurons_(neurons), batch_(batch), rows_(rows) {}

  void read_rows(const ops::StepContext&);
  void read_logits(const exec::Plan&);
  [[nodiscard]] std::uint64_t hash_of(const ops::StepContext&, std::size_t row) const;

  Neurons& neurons_;
  const exec::Batch& batch_;
  const NeuronRows& rows_;
  bool added_ = false;
};

}  // namespace clicklens::lens
