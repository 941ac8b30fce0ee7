#include <autodiff/array/dims.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace seegrad {

namespace detail {
auto too_many_axes(std::size_t n) -> void {
  throw error(fmt::format("array: {} axes or more, and {} are the most", n, max_rank));
}
}  // namespace detail

auto operator+(const dims& a, const dims& b) -> dims {
  auto c = a;
  for (auto n : b) c.push(n);
  return c;
}

auto elements(const dims& shape) -> index_t {
  index_t n = 1;  // of the axes that are not 0, so that strides can be computed, too
  bool zero = false, overflows = false;
  for (auto d : shape) {
    if (d < 0) throw error(fmt::format("array: {} has a negative extent", to_string(shape)));
    zero = zero || d == 0;
    overflows = overflows || (d != 0 && __builtin_mul_overflow(n, d, &n));
  }
  if (overflows || n > (index_t{1} << 48))
    throw error(fmt::format("array: {} has more elements than memory could hold", to_string(shape)));
  return zero ? 0 : n;
}

auto to_string(const dims& shape) -> std::string { return fmt::format("[{}]", fmt::join(shape.begin(), shape.end(), "x")); }

namespace detail {
auto to_list(const dims& list) -> std::string { return fmt::format("({})", fmt::join(list.begin(), list.end(), ", ")); }

auto row_major(const dims& shape) -> dims {
  auto strides = shape;
  index_t step = 1;
  for (int i = shape.size() - 1; i >= 0; --i) {
    strides[i] = step;
    step *= shape[i];
  }
  return strides;
}
}  // namespace detail

auto broadcast(const dims& a, const dims& b, std::string_view who) -> dims {
  if (a == b) return a;
  const bool a_is_longer = a.size() >= b.size();
  auto out = a_is_longer ? a : b;
  const auto& other = a_is_longer ? b : a;
  const int shift = out.size() - other.size();
  for (int i = 0; i < other.size(); ++i) {
    auto& n = out[shift + i];
    if (n == other[i] || other[i] == 1) continue;
    if (n != 1) {
      const int from_end = other.size() - i;
      const auto last_of = [](const dims& s, int from_the_end) { return s[s.size() - from_the_end]; };
      const auto x = last_of(a, from_end), y = last_of(b, from_end);
      std::string hint = "axes are matched from the last one, and only an axis of 1 is repeated";
      if (a.size() == b.size() + 1 && !b.empty() && b[0] == a[0]) hint += "; a forgotten kept dimension, or unsqueeze(b, 1)?";
      else if (b.size() == a.size() + 1 && !a.empty() && a[0] == b[0])
        hint += "; a forgotten kept dimension, or unsqueeze(a, 1)?";
      throw error(
          fmt::format("{}: {} and {}: axis {} differs ({} and {}); {}", who, to_string(a), to_string(b), -from_end, x, y, hint));
    }
    n = other[i];
  }
  return out;
}

namespace detail {
auto axis_of(index_t axis, int rank, std::string_view who) -> int {
  if (axis < -rank || axis >= rank)
    throw error(fmt::format("{}: axis {} of an array with {} {}; axes count from 0, or from the end from -1", who, axis, rank,
                            rank == 1 ? "axis" : "axes"));
  return static_cast<int>(axis < 0 ? axis + rank : axis);
}
}  // namespace detail

}  // namespace seegrad
