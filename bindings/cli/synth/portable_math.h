// exp, log, sine and powers from correctly rounded operations alone (+ - * / sqrt): the
// same bits on every machine, where libm's differ. Good to a few units in the last place; compiled
// without contraction.
#pragma once

namespace clicklens::cli {

double portable_exp(double x) noexcept;            // |x| <= 700
double portable_log(double x) noexcept;            // x > 0, normal
double portable_sin_turns(double turns) noexcept;  // sin(2 pi turns), turns >= 0
double portable_sigmoid(double x) noexcept;
double portable_power(double base, double exponent) noexcept;  // base > 0

}  // namespace clicklens::cli
