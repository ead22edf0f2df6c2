// Nodes and their operators.
#include "format/unpack.h"

namespace clicklens::format {
namespace {

ActivationOp read_activation(Reader& reader, const fbs::Activation& from) {
  return {reader.enumerator<ActivationKind>(from.kind(), "op.kind"), from.slope(), from.slopes()};
}

CalibrationOp read_calibration(Reader& reader, const fbs::Calibration& from) {
  return {from.scale(), from.shift(), reader.numbers(from.knots_x()), reader.numbers(from.knots_y())};
}

SequenceOp read_sequence(Reader& reader, const fbs::Sequence& from) {
  return {from.feature(), from.table_(), reader.enumerator<Align>(from.align(), "op.align")};
}
SequenceMaskOp read_mask(Reader& reader, const fbs::SequenceMask& from) {
  return {from.feature(), reader.enumerator<Align>(from.align(), "op.align")};
}

GruOp read_gru(Reader& reader, const fbs::Gru& from) {
  return {from.weight_ih(), from.weight_hh(), from.bias_ih(), from.bias_hh(),
          reader.enumerator<GruKind>(from.kind(), "op.kind")};
}

// The member of the union is there (read_operator saw to it).
OperatorDesc read_present(Reader& reader, const fbs::Node& from) {
  switch (from.op_type()) {
    case fbs::Operator::EmbeddingBag:
      return EmbeddingBagOp{from.op_as_EmbeddingBag()->feature(), from.op_as_EmbeddingBag()->table_()};
    case fbs::Operator::DenseInput:
      return DenseInputOp{from.op_as_DenseInput()->feature()};
    case fbs::Operator::Concat:
      return ConcatOp{};
    case fbs::Operator::Linear:
      return LinearOp{from.op_as_Linear()->weight(), from.op_as_Linear()->bias()};
    case fbs::Operator::BatchNorm:
      return BatchNormOp{from.op_as_BatchNorm()->scale(), from.op_as_BatchNorm()->shift()};
    case fbs::Operator::Activation:
      return read_activation(reader, *from.op_as_Activation());
    case fbs::Operator::Add:
      return AddOp{};
    case fbs::Operator::Multiply:
      return MultiplyOp{};
    case fbs::Operator::Sum:
      return SumOp{};
    case fbs::Operator::Calibration:
      return read_calibration(reader, *from.op_as_Calibration());
    case fbs::Operator::BiInteraction:
      return BiInteractionOp{};
    case fbs::Operator::PairwiseDot:
      return PairwiseDotOp{};
    case fbs::Operator::FieldLinear:
      return FieldLinearOp{from.op_as_FieldLinear()->weight(), from.op_as_FieldLinear()->bias()};
    case fbs::Operator::MatMul:
      return MatMulOp{from.op_as_MatMul()->transpose_b()};
    case fbs::Operator::Softmax:
      return SoftmaxOp{};
    case fbs::Operator::LayerNorm:
      return LayerNormOp{from.op_as_LayerNorm()->eps(), from.op_as_LayerNorm()->scale(),
                         from.op_as_LayerNorm()->shift()};
    case fbs::Operator::Subtract:
      return SubtractOp{};
    case fbs::Operator::Divide:
      return DivideOp{};
    case fbs::Operator::Maximum:
      return MaximumOp{};
    case fbs::Operator::Minimum:
      return MinimumOp{};
    case fbs::Operator::Clip:
      return ClipOp{from.op_as_Clip()->low(), from.op_as_Clip()->high()};
    case fbs::Operator::Select:
      return SelectOp{reader.numbers(from.op_as_Select()->columns())};
    case fbs::Operator::FieldMix:
      return FieldMixOp{from.op_as_FieldMix()->weight(), from.op_as_FieldMix()->bias()};
    case fbs::Operator::FieldMax:
      return FieldMaxOp{};
    case fbs::Operator::Sequence:
      return read_sequence(reader, *from.op_as_Sequence());
    case fbs::Operator::SequenceMask:
      return read_mask(reader, *from.op_as_SequenceMask());
    case fbs::Operator::Gru:
      return read_gru(reader, *from.op_as_Gru());
    case fbs::Operator::NONE:
      break;
  }
  reader.fail("op", "an operator this version does not know");
  return {};
}

OperatorDesc read_operator(Reader& reader, const fbs::Node& from) {
  if (from.op() == nullptr) {
    reader.fail("op", "missing");
    return {};
  }
  return read_present(reader, from);
}

OrderRun read_run(Reader& reader, const fbs::OrderRun& from) {
  return {reader.enumerator<Part>(from.part(), "order.part"), from.begin(), from.count()};
}

}  // namespace

NodeDesc read_node(Reader& reader, const fbs::Node& from) {
  NodeDesc to;
  to.name = reader.name(from.name(), "name");
  to.op = read_operator(reader, from);
  to.inputs = reader.numbers(from.inputs());
  to.outputs = reader.numbers(from.outputs());
  to.order = reader.tables<OrderRun>(from.order(),
                                     [&](const fbs::OrderRun& run, std::size_t) { return read_run(reader, run); });
  return to;
}

}  // namespace clicklens::format
