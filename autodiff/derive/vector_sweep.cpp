#include <autodiff/derive/vector_sweep.hpp>

#include <algorithm>
#include <autodiff/array/vectorised_alike.hpp>
#include <autodiff/derive/memory_error.hpp>
#include <cstring>

namespace seegrad::detail {
namespace {

using place = linearised::place;
using four [[gnu::vector_size(32), gnu::may_alias]] = double;

// Places of a block get their zeros when the first number comes to one of them.
constexpr std::size_t block = 64;

template <int Width>
[[gnu::always_inline]] inline auto touch(double* numbers, unsigned char* touched, std::size_t p) -> void {
  if (touched[p / block]) [[likely]]
    return;
  touched[p / block] = 1;
  std::memset(numbers + p / block * block * Width, 0, block * Width * sizeof(double));
}

struct lanes_of {
  const linearised::term* terms;
  const std::uint32_t* begins;
  std::size_t variables, size;
  double* numbers;
  unsigned char* touched;
};

// to + from * slope, where an exact 0 wins; of slopes that are finite it does so by itself. No slope is 0.
template <bool Finite>
[[gnu::always_inline]] inline auto add_product(four& to, const four& from, double slope) -> void {
  const four product = from * slope;
  if constexpr (Finite) to += product;
  else to += from == 0 ? four{} : product;
}

template <int Parts>
[[gnu::always_inline]] inline auto is_zero(const four* x) -> bool {
  auto any = x[0] != 0;
  for (int i = 1; i < Parts; ++i) any |= x[i] != 0;
  return (any[0] | any[1] | any[2] | any[3]) == 0;
}

template <int Width, bool Finite>
[[gnu::always_inline]] inline auto sweep_back(const lanes_of s) -> void {
  constexpr int parts = Width / 4;
  auto* const lanes = reinterpret_cast<four*>(s.numbers);
  for (auto b = (s.size + block - 1) / block; b-- > s.variables / block;) {
    if (!s.touched[b]) continue;
    const auto low = std::max(b * block, s.variables);
    for (auto k = std::min(s.size, (b + 1) * block); k-- > low;) {
      four here[parts];
      for (int i = 0; i < parts; ++i) here[i] = lanes[k * parts + i];
      if (is_zero<parts>(here)) continue;
      for (auto t = s.begins[k]; t < s.begins[k + 1]; ++t) {
        const std::size_t by = s.terms[t].by;
        touch<Width>(s.numbers, s.touched, by);
        for (int i = 0; i < parts; ++i) add_product<Finite>(lanes[by * parts + i], here[i], s.terms[t].slope);
      }
    }
  }
}

template <int Width, bool Finite>
[[gnu::always_inline]] inline auto sweep_forward(const lanes_of s) -> void {
  constexpr int parts = Width / 4;
  auto* const lanes = reinterpret_cast<four*>(s.numbers);
  for (auto k = s.variables; k < s.size; ++k) {
    four sum[parts] = {};
    for (auto t = s.begins[k]; t < s.begins[k + 1]; ++t) {
      const std::size_t by = s.terms[t].by;
      for (int i = 0; i < parts; ++i) add_product<Finite>(sum[i], lanes[by * parts + i], s.terms[t].slope);
    }
    for (int i = 0; i < parts; ++i) lanes[k * parts + i] = sum[i];
  }
}

// f(number of lanes, whether all slopes are finite), as constants.
template <class F>
auto with_kind(std::size_t width, bool finite, F f) -> void {
  using four_lanes = std::integral_constant<int, 4>;
  using eight_lanes = std::integral_constant<int, 8>;
  if (width == 4) finite ? f(four_lanes{}, std::true_type{}) : f(four_lanes{}, std::false_type{});
  else finite ? f(eight_lanes{}, std::true_type{}) : f(eight_lanes{}, std::false_type{});
}

}  // namespace

vector_sweep::vector_sweep(const linearised& l, std::size_t lanes)
    : l_(l), width_(lanes <= 4 ? 4 : 8), touched_((l.size() + block - 1) / block) {
  or_no_memory("vector mode", l.size(), [&] { numbers_ = pooled<double>(touched_.size() * block * width_); });
  touched_.clear();
}

auto vector_sweep::seed(place p, std::size_t lane, double amount) -> void {
  if (p == linearised::nowhere) return;
  if (width_ == 4) touch<4>(numbers_.data(), touched_.data(), p);
  else touch<8>(numbers_.data(), touched_.data(), p);
  numbers_[p * width_ + lane] += amount;
}

auto vector_sweep::back() -> void {
  const lanes_of s{l_.all_terms(), l_.begins(), l_.variables_count(), l_.size(), numbers_.data(), touched_.data()};
  with_kind(width_, l_.is_finite(), [&]<int Width, bool Finite>(std::integral_constant<int, Width>, std::bool_constant<Finite>) {
    vectorised_alike([s] { sweep_back<Width, Finite>(s); });
  });
}

auto vector_sweep::forward() -> void {
  for (std::size_t p = 0; p < l_.variables_count(); p += block) seed(static_cast<place>(p), 0, 0.0);
  std::fill_n(touched_.data(), touched_.size(), 1);
  const lanes_of s{l_.all_terms(), l_.begins(), l_.variables_count(), l_.size(), numbers_.data(), touched_.data()};
  with_kind(width_, l_.is_finite(), [&]<int Width, bool Finite>(std::integral_constant<int, Width>, std::bool_constant<Finite>) {
    vectorised_alike([s] { sweep_forward<Width, Finite>(s); });
  });
}

auto vector_sweep::at(place p, std::size_t lane) const -> double {
  return p == linearised::nowhere || !touched_[p / block] ? 0.0 : numbers_[p * width_ + lane];
}

}  // namespace seegrad::detail
