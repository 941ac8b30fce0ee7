#include "reference.hpp"

#include "special_reference.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <stdexcept>

namespace accuracy {
namespace {

/// log(1 + exp(x)): beyond the larger of x and 0 there is only a small positive rest.
auto softplus(const real& x) -> real { return (x > 0 ? x : real(0)) + rounded(mpfr_log1p, exp(x > 0 ? real(-x) : x)); }
auto sigmoid(const real& x) -> real { return 1 / (1 + exp(-x)); }
auto erfc(const real& x) -> real { return rounded(mpfr_erfc, x); }

#define REFERENCE(name, value)                          \
  {                                                     \
    name, [](const double* x) -> real { return value; } \
  }
#define MPFR_HAS(name, function, ...) REFERENCE(name, rounded(function, __VA_ARGS__))

const std::map<std::string_view, true_value> references{
    // clang-format off
    REFERENCE("add", real(x[0]) + x[1]), REFERENCE("sub", real(x[0]) - x[1]), REFERENCE("mul", real(x[0]) * x[1]),
    MPFR_HAS("div", mpfr_div, real(x[0]), real(x[1])), REFERENCE("neg", -real(x[0])), REFERENCE("square", real(x[0]) * x[0]),
    MPFR_HAS("fma", mpfr_fma, real(x[0]), real(x[1]), real(x[2])), REFERENCE("strong_mul", real(x[0]) * x[1]),
    REFERENCE("identity", x[0]),
    REFERENCE("sign", (x[0] > 0) - (x[0] < 0)), REFERENCE("abs", std::abs(x[0])),

    MPFR_HAS("exp", mpfr_exp, real(x[0])), MPFR_HAS("exp2", mpfr_exp2, real(x[0])), MPFR_HAS("expm1", mpfr_expm1, real(x[0])),
    MPFR_HAS("log", mpfr_log, real(x[0])), MPFR_HAS("log2", mpfr_log2, real(x[0])), MPFR_HAS("log10", mpfr_log10, real(x[0])),
    MPFR_HAS("log1p", mpfr_log1p, real(x[0])), MPFR_HAS("sqrt", mpfr_sqrt, real(x[0])), MPFR_HAS("cbrt", mpfr_cbrt, real(x[0])),
    MPFR_HAS("hypot", mpfr_hypot, real(x[0]), real(x[1])), MPFR_HAS("pow", mpfr_pow, real(x[0]), real(x[1])),
    REFERENCE("logaddexp", x[0] > x[1] ? x[0] + softplus(real(x[1]) - x[0]) : x[1] + softplus(real(x[0]) - x[1])),

    MPFR_HAS("sin", mpfr_sin, real(x[0])), MPFR_HAS("cos", mpfr_cos, real(x[0])), MPFR_HAS("tan", mpfr_tan, real(x[0])),
    MPFR_HAS("asin", mpfr_asin, real(x[0])), MPFR_HAS("acos", mpfr_acos, real(x[0])), MPFR_HAS("atan", mpfr_atan, real(x[0])),
    MPFR_HAS("atan2", mpfr_atan2, real(x[0]), real(x[1])),
    MPFR_HAS("sinh", mpfr_sinh, real(x[0])), MPFR_HAS("cosh", mpfr_cosh, real(x[0])), MPFR_HAS("tanh", mpfr_tanh, real(x[0])),
    MPFR_HAS("asinh", mpfr_asinh, real(x[0])), MPFR_HAS("acosh", mpfr_acosh, real(x[0])), MPFR_HAS("atanh", mpfr_atanh, real(x[0])),

    MPFR_HAS("erf", mpfr_erf, real(x[0])), MPFR_HAS("erfc", mpfr_erfc, real(x[0])),
    REFERENCE("polygamma", true_polygamma(x[0], real(x[1]))), REFERENCE("digamma", true_digamma(real(x[0]))),
    REFERENCE("lgamma", true_lgamma(real(x[0]))), MPFR_HAS("tgamma", mpfr_gamma, real(x[0])),

    REFERENCE("less", x[0] < x[1]), REFERENCE("less_equal", x[0] <= x[1]), REFERENCE("greater", x[0] > x[1]),
    REFERENCE("greater_equal", x[0] >= x[1]), REFERENCE("equal", x[0] == x[1]), REFERENCE("not_equal", x[0] != x[1]),
    REFERENCE("logical_and", x[0] != 0 && x[1] != 0), REFERENCE("logical_or", x[0] != 0 || x[1] != 0),
    REFERENCE("logical_xor", (x[0] != 0) != (x[1] != 0)), REFERENCE("logical_not", x[0] == 0),
    REFERENCE("isnan", std::isnan(x[0])), REFERENCE("isinf", std::isinf(x[0])), REFERENCE("isfinite", std::isfinite(x[0])),

    REFERENCE("step", x[0] > 0), REFERENCE("floor", floor(real(x[0]))), REFERENCE("ceil", ceil(real(x[0]))),
    REFERENCE("round", round(real(x[0]))), REFERENCE("trunc", trunc(real(x[0]))),
    MPFR_HAS("fmod", mpfr_fmod, real(x[0]), real(x[1])), REFERENCE("copysign", std::signbit(x[1]) ? -std::abs(x[0]) : std::abs(x[0])),
    REFERENCE("min", x[0] < x[1] ? x[0] : x[1]), REFERENCE("max", x[0] > x[1] ? x[0] : x[1]),
    REFERENCE("clamp", x[0] < x[1] ? x[1] : x[0] > x[2] ? x[2] : x[0]), REFERENCE("select", x[0] != 0 ? x[1] : x[2]),

    REFERENCE("sigmoid", sigmoid(x[0])), REFERENCE("log_sigmoid", -softplus(-real(x[0]))), REFERENCE("softplus", softplus(x[0])),
    REFERENCE("softsign", real(x[0]) / (1 + abs(real(x[0])))), REFERENCE("relu", x[0] > 0 ? x[0] : 0),
    REFERENCE("leaky_relu", x[0] > 0 ? real(x[0]) : real(x[0]) * x[1]),
    REFERENCE("elu", x[0] > 0 ? real(x[0]) : x[1] * rounded(mpfr_expm1, real(x[0]))), REFERENCE("silu", x[0] * sigmoid(x[0])),
    REFERENCE("gelu", real(x[0]) / 2 * erfc(-real(x[0]) / sqrt(real(2)))), REFERENCE("mish", x[0] * tanh(softplus(x[0]))),
    // clang-format on
};

}  // namespace

auto reference_of(std::string_view operation) -> true_value {
  const auto at = references.find(operation);
  if (at == references.end()) throw std::runtime_error(fmt::format("docs/accuracy/reference.cpp does not know {}", operation));
  return at->second;
}

auto size_of_parts(std::string_view operation, const double* x) -> real {
  if (operation == "logaddexp") return std::abs(std::max(x[0], x[1]));
  if (operation == "digamma" && x[0] < 0) return std::max(real(1), rounded(mpfr_digamma, real(1 - real(x[0]))));
  return 0;
}

}  // namespace accuracy
