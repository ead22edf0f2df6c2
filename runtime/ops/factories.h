// One factory per operator, chosen by the node's attribute type; each operator's file defines its own.
#pragma once

#include <memory>

#include "ops/operator.h"

namespace clicklens::ops {

using Made = base::Result<std::unique_ptr<Operator>>;

Made make(const format::EmbeddingBagOp&, const char* node, const ModelView&);
Made make(const format::DenseInputOp&, const char* node, const ModelView&);
Made make(const format::ConcatOp&, const char* node, const ModelView&);
Made make(const format::LinearOp&, const char* node, const ModelView&);
Made make(const format::BatchNormOp&, const char* node, const ModelView&);
Made make(const format::ActivationOp&, const char* node, const ModelView&);
Made make(const format::AddOp&, const char* node, const ModelView&);
Made make(const format::MultiplyOp&, const char* node, const ModelView&);
Made make(const format::SumOp&, const char* node, const ModelView&);
Made make(const format::CalibrationOp&, const char* node, const ModelView&);
Made make(const format::BiInteractionOp&, const char* node, const ModelView&);
Made make(const format::PairwiseDotOp&, const char* node, const ModelView&);
Made make(const format::FieldLinearOp&, const char* node, const ModelView&);
Made make(const format::MatMulOp&, const char* node, const ModelView&);
Made make(const format::SoftmaxOp&, const char* node, const ModelView&);
Made make(const format::LayerNormOp&, const char* node, const ModelView&);
Made make(const format::SubtractOp&, const char* node, const ModelView&);
Made make(const format::DivideOp&, const char* node, const ModelView&);
Made make(const format::MaximumOp&, const char* node, const ModelView&);
Made make(const format::MinimumOp&, const char* node, const ModelView&);
Made make(const format::ClipOp&, const char* node, const ModelView&);
Made make(const format::SelectOp&, const char* node, const ModelView&);
Made make(const format::FieldMixOp&, const char* node, const ModelView&);
Made make(const format::FieldMaxOp&, const char* node, const ModelView&);
Made make(const format::SequenceOp&, const char* node, const ModelView&);
Made make(const format::SequenceMaskOp&, const char* node, const ModelView&);
Made make(const format::GruOp&, const char* node, const ModelView&);

}  // namespace clicklens::ops
