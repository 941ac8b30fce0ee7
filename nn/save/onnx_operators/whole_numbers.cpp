#include <autodiff/ops/table/structural_list.hpp>
#include <nn/save/onnx_operators/whole_numbers.hpp>

namespace seegrad::nn::detail {
namespace {

using number = std::int64_t;

template <class F>
auto by_pairs(const tensor& a, const tensor& b, const char* who, F f) -> array {
  const auto shape = broadcast(a.shape(), b.shape(), who);
  const auto x = a.value().expand(shape).cast(int64).contiguous(), y = b.value().expand(shape).cast(int64).contiguous();
  auto out = array::uninitialized(int64, shape);
  auto* to = static_cast<number*>(out.raw());
  for (index_t i = 0; i < out.size(); ++i) {
    const auto by = y.data<number>()[i];
    if (by == 0) throw error(fmt::format("{}: a whole number is divided by 0", who));
    to[i] = f(x.data<number>()[i], by);
  }
  return out;
}

// The least number has no negative, and no processor divides it by -1.
auto divided(number a, number b) -> number { return b == -1 ? static_cast<number>(0 - static_cast<std::uint64_t>(a)) : a / b; }

}  // namespace

auto whole_quotient(const tensor& a, const tensor& b) -> tensor {
  if (a.is_constant() && b.is_constant()) return by_pairs(a, b, "Div", divided);
  return cast(trunc(a / b), int64);
}

auto whole_remainder(const tensor& a, const tensor& b) -> tensor {
  if (a.is_constant() && b.is_constant())
    return by_pairs(a, b, "Mod", [](number x, number y) {
      const auto rest = static_cast<number>(static_cast<std::uint64_t>(x) -
                                            static_cast<std::uint64_t>(divided(x, y)) * static_cast<std::uint64_t>(y));
      return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest;
    });
  return cast(a - b * floor(a / b), int64);
}

auto rounded_to_even(const tensor& x) -> tensor {
  const tensor is_half = abs(x - trunc(x)) == 0.5;
  return where(is_half, 2.0 * round(x * 0.5), round(x));
}

auto power(const tensor& a, const tensor& b) -> tensor {
  // Squares are what variances are made of, and a product is exact where a power need not be.
  if (b.is_constant() && b.size() == 1 && b.rank() <= a.rank() && b.value().item() == 2) return square(a);
  return pow(a, b);
}

}  // namespace seegrad::nn::detail
