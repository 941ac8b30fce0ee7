#include <autodiff/array/create.hpp>

#include <autodiff/array/copy.hpp>
#include <autodiff/array/error.hpp>
#include <cmath>
#include <fmt/format.h>

namespace seegrad {

auto full(const dims& shape, const literal& value, dtype type) -> array {
  auto out = array::uninitialized(type, shape);
  detail::fill_elements(out, value);
  return out;
}

auto zeros(const dims& shape, dtype type) -> array { return full(shape, 0, type); }
auto ones(const dims& shape, dtype type) -> array { return full(shape, 1, type); }

auto full_like(const array& x, const literal& value) -> array { return full(x.shape(), value, x.type()); }
auto zeros_like(const array& x) -> array { return full_like(x, 0); }
auto ones_like(const array& x) -> array { return full_like(x, 1); }

auto eye(index_t rows, index_t columns, dtype type) -> array {
  auto out = zeros({rows, columns}, type);
  detail::with_type(type, [&]<class T>(T) {
    const auto to = out.writable<T>();
    for (index_t i = 0; i < rows && i < columns; ++i) to[static_cast<std::size_t>(i * columns + i)] = T(1);
  });
  return out;
}

auto eye(index_t rows, dtype type) -> array { return eye(rows, rows, type); }

namespace {

// The i-th number is f(i).
template <class F>
auto sequence(index_t n, dtype type, F f) -> array {
  auto out = array::uninitialized(type, {n});
  detail::with_type(type, [&]<class T>(T) {
    auto* to = static_cast<T*>(out.raw());
    for (index_t i = 0; i < n; ++i) to[i] = detail::converted<T>(f(i));
  });
  return out;
}

}  // namespace

auto arange(const literal& first, const literal& last, const literal& by, dtype type) -> array {
  const auto start = first.as<double>(), stop = last.as<double>(), step = by.as<double>();
  const auto count = std::ceil((stop - start) / step);
  if (step == 0 || !std::isfinite(start) || !std::isfinite(stop) || !std::isfinite(step) || !(count <= 0x1p48))
    throw error(fmt::format("arange: from {} to {} by {} is no row of numbers that memory could hold", start, stop, step));
  if (type == int64 && !is_floating(first.type()) && !is_floating(last.type()) && !is_floating(by.type())) {
    // Differences fit in 64 bits without a sign, and what is counted lies between numbers that do with one.
    const auto from = static_cast<std::uint64_t>(first.as<std::int64_t>()),
               to = static_cast<std::uint64_t>(last.as<std::int64_t>());
    const auto stride = static_cast<std::uint64_t>(by.as<std::int64_t>());
    const bool up = step > 0,
               any = up ? first.as<std::int64_t>() < last.as<std::int64_t>() : first.as<std::int64_t>() > last.as<std::int64_t>();
    const auto distance = up ? to - from : from - to, size = up ? stride : -stride;
    return sequence(any ? static_cast<index_t>((distance - 1) / size + 1) : 0, type,
                    [&](index_t i) { return static_cast<std::int64_t>(from + static_cast<std::uint64_t>(i) * stride); });
  }
  const auto n = count > 0 ? static_cast<index_t>(count) : 0;
  return sequence(n, type, [&](index_t i) { return start + static_cast<double>(i) * step; });
}

auto arange(const literal& start, const literal& stop, dtype type) -> array { return arange(start, stop, 1, type); }
auto arange(const literal& stop, dtype type) -> array { return arange(0, stop, 1, type); }

auto linspace(double first, double last, index_t n, dtype type) -> array {
  if (n < 0) throw error(fmt::format("linspace: {} numbers from {} to {}; their number must not be negative", n, first, last));
  const auto step = n > 1 ? (last - first) / static_cast<double>(n - 1) : 0;
  return sequence(n, type, [&](index_t i) { return i > 0 && i == n - 1 ? last : first + static_cast<double>(i) * step; });
}

}  // namespace seegrad
