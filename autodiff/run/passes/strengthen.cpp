#include <autodiff/run/passes/passes.hpp>
#include <autodiff/run/passes/rewriting.hpp>
#include <cmath>

namespace seegrad::detail::run {
namespace {

class strengthening : rewriting {
 public:
  using rewriting::rewriting;

  auto run() -> void {
    go_through([&](const instruction& i) {
      if (is<div_op>(i)) return quotient(i);
      if (is<mul_op>(i)) return product(i);
      if (is<pow_op>(i)) return power(i);
      keep(i);
    });
  }

 private:
  // Powers of more factors lose more digits than they save time.
  static constexpr double most_factors = 16;

  auto quotient(const instruction& i) -> void {
    const auto by = numbers_.at(i.x[1]);
    if (by && std::isnormal(*by) && std::isnormal(1 / *by)) scale(i, i.x[0], 1 / *by);
    else keep(i);
  }
  auto product(const instruction& i) -> void {
    for (const int k : {0, 1})
      if (const auto by = numbers_.at(i.x[k])) return scale(i, i.x[1 - k], *by);
    keep(i);
  }
  /// factor * x, where x may be such a product itself.
  auto scale(const instruction& i, slot x, double factor) -> void {
    if (const auto inner = scaled_.find(x); inner != scaled_.end() && std::isnormal(factor * inner->second.factor))
      x = inner->second.x, factor *= inner->second.factor;
    value_in<mul_op>(i.to, i, numbers_.slot_of(factor), x);
    scaled_[i.to] = {x, factor};
  }

  // Of a whole number of factors, or half a factor more: products, and a square root.
  auto power(const instruction& i) -> void {
    const auto by = numbers_.at(i.x[1]);
    const auto twice = by ? 2 * *by : 0;
    if (twice == 0 || twice != std::floor(twice) || std::abs(twice) > 2 * most_factors) return keep(i);
    const auto x = i.x[0];
    auto whole = static_cast<int>(std::abs(twice)) / 2;
    auto made = std::abs(twice) == 2 * whole ? no_slot : value<sqrt_op>(i, x);
    for (auto square = x; whole > 0; whole /= 2) {
      if (whole % 2) made = made == no_slot ? square : value<mul_op>(i, made, square);
      if (whole > 1) square = value<square_op>(i, square);
    }
    if (*by < 0) value_in<div_op>(i.to, i, numbers_.slot_of(1), made);
    else value_in<identity_op>(i.to, i, made);
  }

  struct scaled {
    slot x;
    double factor;
  };
  std::unordered_map<slot, scaled> scaled_;
};

}  // namespace

auto strengthen(code& values) -> void { strengthening(values).run(); }

}  // namespace seegrad::detail::run
