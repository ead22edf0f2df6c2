#include "support/reference_activations.h"

#include <algorithm>
#include <cmath>

#include "kernels/dispatch.h"

namespace clicklens::testing::plain {
namespace {

using format::ActivationKind;
using kernels::Table;
using Kernel = void (*Table::*)(const kernels::MapArgs&);

float scalar(Kernel kernel, float a, float b, float slope) {
  kernels::MapArgs args;
  args.a = {&a, 1, nullptr};
  args.b = {&b, 1, nullptr};
  args.slope = slope;
  args.y = &a;
  args.ldy = args.rows = args.cols = 1;
  (kernels::table_for(kernels::Isa::scalar)->*kernel)(args);
  return a;
}

double slope_below_zero(const format::ActivationOp& op, const std::vector<float>& slopes, std::size_t column) {
  return double{op.kind == ActivationKind::prelu ? slopes[slopes.size() == 1 ? 0 : column] : op.slope};
}

double defined(const format::ActivationOp& op, double slope, double x) {
  switch (op.kind) {
    case ActivationKind::relu:
      return std::max(x, 0.0);
    case ActivationKind::leaky_relu:
    case ActivationKind::prelu:
      return x <= 0 ? x * slope : x;
    case ActivationKind::sigmoid:
      return 1 / (1 + std::exp(-x));
    case ActivationKind::tanh:
      return std::tanh(x);
    case ActivationKind::gelu:
      return x * (1 + std::erf(x * std::sqrt(0.5))) / 2;
    case ActivationKind::gelu_tanh:
      return x * (1 + std::tanh(std::sqrt(2 / std::acos(-1.0)) * (x + 0.044715 * x * x * x))) / 2;
    case ActivationKind::silu:
      return x / (1 + std::exp(-x));
    case ActivationKind::softplus:
      return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)));
    case ActivationKind::elu:
      return x <= 0 ? slope * std::expm1(x) : x;
    case ActivationKind::exp:
      return std::exp(x);
    case ActivationKind::log:
      return std::log(x);
    case ActivationKind::sqrt:
      return std::sqrt(x);
    case ActivationKind::abs:
      return std::abs(x);
    case ActivationKind::erf:
      return std::erf(x);
    case ActivationKind::reciprocal:
      return 1 / x;
  }
  return x;
}

// Null: plain arithmetic.
struct Kernels {
  Kernel forward, backward;
};
constexpr Kernels kernels_of[] = {
    {nullptr, nullptr},
    {nullptr, nullptr},
    {nullptr, nullptr},
    {&Table::sigmoid, &Table::sigmoid_backward},
    {&Table::tanh, &Table::tanh_backward},
    {&Table::gelu, &Table::gelu_backward},
    {&Table::gelu_tanh, &Table::gelu_tanh_backward},
    {&Table::silu, &Table::silu_backward},
    {&Table::softplus, &Table::softplus_backward},
    {&Table::elu, &Table::elu_backward},
    {&Table::exp, nullptr},
    {&Table::log, nullptr},
    {nullptr, nullptr},
    {nullptr, nullptr},
    {&Table::erf, &Table::erf_backward},
    {nullptr, nullptr},
};

}  // namespace

template <>
double activated(const format::ActivationOp& op, const std::vector<float>& slopes, double x, std::size_t column) {
  return defined(op, slope_below_zero(op, slopes, column), x);
}

template <>
float activated(const format::ActivationOp& op, const std::vector<float>& slopes, float x, std::size_t column) {
  const auto slope = static_cast<float>(slope_below_zero(op, slopes, column));
  const Kernel kernel = kernels_of[static_cast<std::size_t>(op.kind)].forward;
  if (kernel != nullptr) return scalar(kernel, x, 0.0f, slope);
  if (op.kind == ActivationKind::leaky_relu || op.kind == ActivationKind::prelu) return x <= 0 ? x * slope : x;
  if (op.kind == ActivationKind::sqrt) return std::sqrt(x);
  if (op.kind == ActivationKind::abs) return std::fabs(x);
  return op.kind == ActivationKind::reciprocal ? 1.0f / x : x <= 0 ? 0.0f : x;
}

float activation_gradient(const format::ActivationOp& op, const std::vector<float>& slopes, float dy, float x, float y,
                          std::size_t column) {
  const auto slope = static_cast<float>(slope_below_zero(op, slopes, column));
  switch (op.kind) {
    case ActivationKind::relu:
      return y <= 0 ? 0.0f : dy;
    case ActivationKind::leaky_relu:
    case ActivationKind::prelu:
      return x <= 0 ? dy * slope : dy;
    case ActivationKind::sigmoid:
      return dy * (y * (1.0f - y));
    case ActivationKind::tanh:
      return dy * (1.0f - y * y);
    case ActivationKind::exp:
      return dy * y;
    case ActivationKind::log:
      return dy / x;
    case ActivationKind::sqrt:
      return dy / (2.0f * y);
    case ActivationKind::abs:
      return x > 0 ? dy : x < 0 ? -dy : 0.0f;
    case ActivationKind::reciprocal:
      return -(dy * (y * y));
    default:
      return scalar(kernels_of[static_cast<std::size_t>(op.kind)].backward, dy, x, slope);
  }
}

}  // namespace clicklens::testing::plain
