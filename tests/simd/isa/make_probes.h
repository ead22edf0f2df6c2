// The probe table of one instruction set. Ops must be a type of the unit's unnamed namespace.
#pragma once

#include "kernels/smooth.h"
#include "simd/probe.h"

namespace clicklens::kernels {

template <class Ops>
struct Probes {
  using V = Vec<Ops>;
  using I = IntVec<Ops>;
  using D = DoubleVec<Ops>;

  template <auto F>
  static void run(const float* a, const float* b, const float* c, float* out, std::size_t n) {
    for (std::size_t i = 0; i < n; i += V::lanes) V(F(V::load(a + i), V::load(b + i), V::load(c + i))).store(out + i);
  }
  template <auto F>
  static void test(const float* a, const float* b, const float* c, float* out, std::size_t n) {
    for (std::size_t i = 0; i < n; i += V::lanes) {
      select(F(V::load(a + i), V::load(b + i), V::load(c + i)), V::broadcast(1.0f), V::zero()).store(out + i);
    }
  }
  static void copy_n(const float* from, float* to, std::size_t n) { V::load_n(from, n).store_n(to, n); }
  static float tree_sum(const float* sixteen) {
    Lanes16<Ops> lanes;
    for (std::size_t p = 0; p < lanes.parts; ++p) lanes.part[p] = V::load(sixteen + p * V::lanes);
    return lanes.tree_sum();
  }

  static void transpose(const float* from, float* to) {
    V v[V::lanes];
    for (std::size_t i = 0; i < V::lanes; ++i) v[i] = V::load(from + i * V::lanes);
    kernels::transpose(v);
    for (std::size_t i = 0; i < V::lanes; ++i) v[i].store(to + i * V::lanes);
  }

  // Where greater and lesser promise something.
  static V of_numbers(V a, V b, V result) {
    return select(is_number(a) & is_number(b), result + V::zero(), V::broadcast(1.0f));
  }

  template <auto F>
  static void run_doubles(const double* a, const double* b, const double* c, double* out, std::size_t n) {
    for (std::size_t i = 0; i < n; i += D::lanes) D(F(D::load(a + i), D::load(b + i), D::load(c + i))).store(out + i);
  }
  static void copy_doubles_n(const double* from, double* to, std::size_t n) { D::load_n(from, n).store_n(to, n); }
  static void widen(const float* from, double* to, std::size_t n) {
    for (std::size_t i = 0; i < n; i += D::lanes) D::widen(from + i).store(to + i);
  }
  static void widen_n(const float* from, double* to, std::size_t n) { D::widen_n(from, n).store(to); }

  static constexpr Probe operations[] = {
      {"add", &run<[](V a, V b, V) { return a + b; }>},
      {"sub", &run<[](V a, V b, V) { return a - b; }>},
      {"mul", &run<[](V a, V b, V) { return a * b; }>},
      {"div", &run<[](V a, V b, V) { return a / b; }>},
      {"fma", &run<[](V a, V b, V c) { return fma(a, b, c); }>},
      {"sqrt", &run<[](V a, V, V) { return sqrt(a); }>},
      {"abs", &run<[](V a, V, V) { return abs(a); }>},
      {"negate", &run<[](V a, V, V) { return negate(a); }>},
      {"copy_sign", &run<[](V a, V b, V) { return copy_sign(a, b); }>},
      {"max", &run<[](V a, V b, V) { return max(a, b); }>},
      {"min", &run<[](V a, V b, V) { return min(a, b); }>},
      {"equal", &test<[](V a, V b, V) { return a == b; }>},
      {"less", &test<[](V a, V b, V) { return a < b; }>},
      {"less_equal", &test<[](V a, V b, V) { return a <= b; }>},
      {"greater", &test<[](V a, V b, V) { return (a > b); }>},
      {"greater_equal", &test<[](V a, V b, V) { return (a >= b); }>},
      {"is_number", &test<[](V a, V, V) { return is_number(a); }>},
      {"both", &test<[](V a, V b, V c) { return (a < b) & (b < c); }>},
      {"either", &test<[](V a, V b, V c) { return (a < b) | (b < c); }>},
      {"select", &run<[](V a, V b, V c) { return select(a < b, b, c); }>},
      {"int_add", &run<[](V a, V b, V) { return from_bits(bits(a) + bits(b)); }>},
      {"int_sub", &run<[](V a, V b, V) { return from_bits(bits(a) - bits(b)); }>},
      {"int_and", &run<[](V a, V b, V) { return from_bits(bits(a) & bits(b)); }>},
      {"int_or", &run<[](V a, V b, V) { return from_bits(bits(a) | bits(b)); }>},
      {"shift_left", &run<[](V a, V, V) { return from_bits(shift_left<23>(bits(a))); }>},
      {"shift_right", &run<[](V a, V, V) { return from_bits(shift_right<7>(bits(a))); }>},
      {"int_broadcast", &run<[](V, V, V) { return from_bits(I::broadcast(0x3f800001)); }>},
      {"at_least",
       &run<[](V a, V b, V) { return at_least(select(is_number(b), b + V::zero(), V::zero()), a + V::zero()); }>},
      {"greater_number", &run<[](V a, V b, V) { return of_numbers(a, b, greater(a, b)); }>},
      {"lesser_number", &run<[](V a, V b, V) { return of_numbers(a, b, lesser(a, b)); }>},
      {"max_unsigned", &run<[](V a, V b, V) { return from_bits(max_unsigned(bits(a), bits(b))); }>},
      {"count", &run<[](V a, V b, V c) { return from_bits(count(bits(a), b < c)); }>},
      {"to_floats", &run<[](V a, V, V) { return to_floats(bits(a)); }>},
  };
  static constexpr DoubleProbe double_operations[] = {
      {"add", &run_doubles<[](D a, D b, D) { return a + b; }>},
      {"sub", &run_doubles<[](D a, D b, D) { return a - b; }>},
      {"mul", &run_doubles<[](D a, D b, D) { return a * b; }>},
      {"fma", &run_doubles<[](D a, D b, D c) { return fma(a, b, c); }>},
      {"in_register", &run_doubles<[](D a, D, D) { return in_register(a); }>},
      {"broadcast", &run_doubles<[](D, D, D) { return D::broadcast(0x1.0000000000001p-3); }>},
      {"zero", &run_doubles<[](D, D, D) { return D::zero(); }>},
  };
  static constexpr Probe functions[] = {
      {"exp", &run<[](V a, V, V) { return math::exp(a); }>},
      {"log", &run<[](V a, V, V) { return math::log(a); }>},
      {"signed_log1p", &run<[](V a, V, V) { return math::signed_log1p(a); }>},
      {"tanh", &run<[](V a, V, V) { return math::tanh(a); }>},
      {"sigmoid", &run<[](V a, V, V) { return math::sigmoid(a); }>},
      {"erf", &run<[](V a, V, V) { return math::erf(a); }>},
      {"gelu", &run<[](V a, V, V) { return math::gelu(a); }>},
      {"gelu_tanh", &run<[](V a, V, V) { return math::gelu_tanh(a); }>},
      {"silu", &run<[](V a, V, V) { return math::silu(a); }>},
      {"softplus", &run<[](V a, V, V) { return math::softplus(a); }>},
      {"elu", &run<[](V a, V, V) { return math::elu(a, V::broadcast(1.0f)); }>},
      {"gelu_slope", &run<[](V a, V, V) { return math::gelu_slope(a); }>},
      {"gelu_tanh_slope", &run<[](V a, V, V) { return math::gelu_tanh_slope(a); }>},
      {"silu_slope", &run<[](V a, V, V) { return math::silu_slope(a); }>},
      {"elu_slope", &run<[](V a, V, V) { return math::elu_slope(a, V::broadcast(1.0f)); }>},
      {"erf_slope", &run<[](V a, V, V) { return math::erf_slope(a); }>},
  };
};

template <class Ops>
constexpr ProbeTable make_probes() {
  using P = Probes<Ops>;
  return {Ops::lanes,
          P::operations,
          sizeof P::operations / sizeof(Probe),
          P::functions,
          sizeof P::functions / sizeof(Probe),
          &P::copy_n,
          &P::tree_sum,
          &P::transpose,
          Ops::double_lanes,
          P::double_operations,
          sizeof P::double_operations / sizeof(DoubleProbe),
          &P::copy_doubles_n,
          &P::widen,
          &P::widen_n};
}

}  // namespace clicklens::kernels
