// Element by element kernels: the activations, and gradients through them.
#pragma once

#include "kernels/map_each.h"
#include "kernels/smooth.h"

namespace clicklens::kernels {

template <class Isa>
struct MapActivations : MapEach<Isa> {
  using V = Vec<Isa>;

  static void relu(const MapArgs& m) {
    each(m, [](auto at) { return kernels::relu(at.a()); });
  }
  static void leaky_relu(const MapArgs& m) {
    each(m, [](auto at) { return kernels::leaky_relu(at.a(), at.slope()); });
  }
  static void prelu(const MapArgs& m) {
    each(m, [](auto at) { return kernels::leaky_relu(at.a(), at.scale()); });
  }
  static void sigmoid(const MapArgs& m) {
    each(m, [](auto at) { return math::sigmoid(at.a()); });
  }
  static void tanh(const MapArgs& m) {
    each(m, [](auto at) { return math::tanh(at.a()); });
  }
  static void gelu(const MapArgs& m) {
    each(m, [](auto at) { return math::gelu(at.a()); });
  }
  static void gelu_tanh(const MapArgs& m) {
    each(m, [](auto at) { return math::gelu_tanh(at.a()); });
  }
  static void silu(const MapArgs& m) {
    each(m, [](auto at) { return math::silu(at.a()); });
  }
  static void softplus(const MapArgs& m) {
    each(m, [](auto at) { return math::softplus(at.a()); });
  }
  static void elu(const MapArgs& m) {
    each(m, [](auto at) { return math::elu(at.a(), at.slope()); });
  }
  static void exp(const MapArgs& m) {
    each(m, [](auto at) { return math::exp(at.a()); });
  }
  static void log(const MapArgs& m) {
    each(m, [](auto at) { return math::log(at.a()); });
  }
  static void sqrt(const MapArgs& m) {
    each(m, [](auto at) { return kernels::sqrt(at.a()); });
  }
  static void abs(const MapArgs& m) {
    each(m, [](auto at) { return kernels::abs(at.a()); });
  }
  static void erf(const MapArgs& m) {
    each(m, [](auto at) { return math::erf(at.a()); });
  }
  static void reciprocal(const MapArgs& m) {
    each(m, [](auto at) { return V::broadcast(1.0f) / at.a(); });
  }
  static void clip(const MapArgs& m) {
    MapEach<Isa>::each(
        m, [](auto at) { return select(at.a() < at.low(), at.low(), select(at.a() > at.high(), at.high(), at.a())); });
  }

  static void relu_backward(const MapArgs& m) {
    each(m, [](auto at) { return gate(at.a(), at.b(), V::zero()); });
  }
  static void leaky_relu_backward(const MapArgs& m) {
    each(m, [](auto at) { return gate(at.a(), at.b(), at.a() * at.slope()); });
  }
  static void prelu_backward(const MapArgs& m) {
    each(m, [](auto at) { return gate(at.a(), at.b(), at.a() * at.scale()); });
  }
  static void sigmoid_backward(const MapArgs& m) {
    each(m, [](auto at) { return at.a() * (at.b() * (V::broadcast(1.0f) - at.b())); });
  }
  static void tanh_backward(const MapArgs& m) {
    each(m, [](auto at) { return at.a() * (V::broadcast(1.0f) - at.b() * at.b()); });
  }
  static void gelu_backward(const MapArgs& m) {
    each(m, [](auto at) { return at.a() * math::gelu_slope(at.b()); });
  }
  static void gelu_tanh_backward(const MapArgs& m) {
    each(m, [](auto at) { return at.a() * math::gelu_tanh_slope(at.b()); });
  }
  static void silu_backward(const MapArgs& m) {
    each(m, [](auto at) { return at.a() * math::silu_slope(at.b()); });
  }
  static void softplus_backward(const MapArgs& m) {
    each(m, [](auto at) { return at.a() * math::sigmoid(at.b()); });
  }
  static void elu_backward(const MapArgs& m) {
    each(m, [](auto at) { return at.a() * math::elu_slope(at.b(), at.slope()); });
  }
  static void log_backward(const MapArgs& m) {
    each(m, [](auto at) { return at.a() / at.b(); });
  }
  static void sqrt_backward(const MapArgs& m) {
    each(m, [](auto at) { return at.a() / (at.b() + at.b()); });
  }
  static void abs_backward(const MapArgs& m) {
    each(m, [](auto at) {
      return select(at.b() > V::zero(), at.a(), select(at.b() < V::zero(), kernels::negate(at.a()), V::zero()));
    });
  }
  static void erf_backward(const MapArgs& m) {
    each(m, [](auto at) { return at.a() * math::erf_slope(at.b()); });
  }
  static void reciprocal_backward(const MapArgs& m) {
    each(m, [](auto at) { return kernels::negate(at.a() * (at.b() * at.b())); });
  }
  static void clip_backward(const MapArgs& m) {
    MapEach<Isa>::each(m,
                       [](auto at) { return select((at.low() <= at.b()) & (at.b() <= at.high()), at.a(), V::zero()); });
  }

 private:
  using MapEach<Isa>::each;
};

}  // namespace clicklens::kernels
