#pragma once
// Paragraphs as a user may write them, for what the library's own do not put to the test.

#include <autodiff/autodiff.hpp>

namespace mine {

using namespace seegrad;

/// Each would be another number without its brackets, or in another order.
struct brackets_op : paragraph<3> {
  static constexpr std::string_view name = "brackets", help = "";
  static auto value(auto a, auto b, auto c) { return a - (b - c) - (a + (b + c)); }
  static auto d0(auto a, auto b, auto c, auto y) { return a / (b * c) - a / (b / c) + y * (a * (b * c)); }
  static auto d1(auto a, auto b, auto, auto) { return -(a + b) * -b / -(-a) - -2.5 * -(a * b); }
  static auto d2(auto a, auto b, auto c, auto) { return (a - b) * (b + c) / 3 + 1 / (2 - a) - -c; }
};

struct choices_op : paragraph<3> {
  static constexpr std::string_view name = "choices", help = "";
  static auto value(auto a, auto b, auto c) {
    return 1 +
           select(a - 1 < b * 2, select(b < c, -1e-300, 1e300), select(both(a == b, c >= -0.5), -a, 0.1)) * select(c > 0, a, b);
  }
  static auto d0(auto a, auto b, auto c, auto) {
    return select(both(both(a < b, b < c), c <= infinity), a, select(c > 0, b, -infinity));
  }
  static auto d1(auto a, auto b, auto, auto) { return -select(a < b, a, b) - select(b == -0.0, 1 / copysign(1.0, b), -a); }
  static auto d2(auto a, auto b, auto, auto) {
    return select_seldom(
               a * b < 0.01, [=] { return select(a < 0, a, b); }, 1 - a * b) /
           7;
  }
};

struct softclip_op : paragraph<2> {
  static constexpr std::string_view name = "softclip", help = "";
  static auto value(auto a, auto b) { return (softplus(b * a) - softplus(b * (a - 1))) / b; }
  static auto d0(auto a, auto b, auto) { return sigmoid(b * a) - sigmoid(b * (a - 1)); }
  static auto d1(auto a, auto b, auto y) { return (a * sigmoid(b * a) - (a - 1) * sigmoid(b * (a - 1)) - y) / b; }
};
template <class A, class B>
  requires numbers<A, B>
auto softclip(const A& a, const B& b) {
  return apply<softclip_op>(a, b);
}

/// Calls functions of <cmath>, of the library and of the user.
struct mixture_op : paragraph<2> {
  static constexpr std::string_view name = "mixture", help = "";
  static auto value(auto a, auto b) {
    return fma(softclip(a, b), erf(b), mish(a)) + strong_mul(a, b) + where(less(a, b), max(a, 0.3), pow(2, b));
  }
  static auto d0(auto a, auto b, auto) { return polygamma(2.0, square(a) + 1) * digamma(square(b) + 2) * erfc(a); }
  static auto d1(auto a, auto b, auto y) { return softclip(y, 4) * logaddexp(a, b) - logical_not(a); }
};

/// Every intermediate value is used twice, also where only a branch needs it, and a condition is, too.
struct power_op : paragraph<1> {
  static constexpr std::string_view name = "power", help = "x to the power 2²⁰";
  static constexpr intervals samples{{{0.9999, 1.0001}}};
  static auto value(auto x) {
    auto y = x;
    for (int i = 0; i < 20; ++i) y = y * y;
    return y;
  }
  static auto d0(auto x, auto y) {
    const auto is_far = x * x > 1, is_large = both(is_far, y > x * x);
    return select(is_far, value(x) / x * 1048576, 1048576 * y / x) + select(is_large, 0.0, select(is_far, 1.0, 2.0));
  }
};

using own_operations = operation_list<brackets_op, choices_op, softclip_op, mixture_op, power_op>;

inline auto all_operations() -> std::vector<const operation*> {
  std::vector<const operation*> ops(operations().begin(), operations().end());
  [&]<class... Ops>(operation_list<Ops...>) { (ops.push_back(&operation_of<Ops>()), ...); }(own_operations{});
  return ops;
}

}  // namespace mine
