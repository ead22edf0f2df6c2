// Scores of a batch without each feature group: what lens/importance.h measures an ablation by.
#pragma once

#include <span>

#include "exec/session.h"

namespace clicklens::lens {

// logits[row * (groups + 1)]: the row's; behind it those with each group's pooled values at their mean over the batch's
// candidates. `session` lends model and inputs. Statuses: as Explainer::create and run.
base::Status ablated_logits(exec::Session& session, const exec::Batch& batch, std::size_t task,
                            std::span<float> logits);

}  // namespace clicklens::lens
