#include <autodiff/ops/reduction/order.hpp>

#include <algorithm>
#include <autodiff/ops/reduction/lines.hpp>
#include <numeric>

namespace seegrad {
namespace {

// What can be compared as it is; truth values as whole numbers.
auto comparable_copy(const array& x) -> array { return (x.type() == boolean ? x.cast(int64) : x).copy(); }

// NaN comes after every number.
template <class T>
auto before(T a, T b) -> bool {
  return a < b || (b != b && a == a);
}

template <class Better>
auto extreme_index(const detail::extreme_place_parameters& p, const array& x, Better better) -> array {
  const int a = detail::axis_of(p.axis, x.rank(), argmax_op::who(p));
  auto out = array::uninitialized(int64, argmax_op::shape_of(p, x.shape()));
  auto* to = static_cast<std::int64_t*>(out.raw());
  // The lines in the order of the result: the axis goes last and the others keep their order.
  dims order;
  for (int i = 0; i < x.rank(); ++i)
    if (i != a) order.push(i);
  order.push(a);
  auto lines = comparable_copy(permute(x, order));
  detail::with_type(lines.type(), [&]<class T>(T) {
    detail::each_line<T>(lines, lines.rank() - 1, [&](const T* line, index_t, index_t count) {
      index_t best = 0;
      for (index_t i = 1; i < count; ++i)
        if (line[best] == line[best] && (line[i] != line[i] || better(line[i], line[best]))) best = i;
      *to++ = best;
    });
  });
  return out;
}

}  // namespace

auto argsort_op::value(const parameters& p, std::span<const array> given) -> array {
  const auto& x = given[0];
  const bool descending = p.descending;
  const int a = detail::axis_of(p.axis, x.rank(), name);
  auto values = comparable_copy(x);
  auto out = array::uninitialized(int64, x.shape());
  detail::with_type(values.type(), [&]<class T>(T) {
    const auto* first = values.data<T>();
    auto* to = static_cast<std::int64_t*>(out.raw());
    std::vector<std::int64_t> order;
    detail::each_line<T>(values, a, [&](const T* line, index_t step, index_t n) {
      order.resize(static_cast<std::size_t>(n));
      std::iota(order.begin(), order.end(), 0);
      std::stable_sort(order.begin(), order.end(), [&](auto i, auto k) {
        return descending ? before(line[k * step], line[i * step]) : before(line[i * step], line[k * step]);
      });
      auto* line_to = to + (line - first);
      for (index_t i = 0; i < n; ++i) line_to[i * step] = order[static_cast<std::size_t>(i)];
    });
  });
  return out;
}

auto argmax_op::value(const parameters& p, std::span<const array> x) -> array {
  return p.least ? extreme_index(p, x[0], [](auto a, auto b) { return a < b; })
                 : extreme_index(p, x[0], [](auto a, auto b) { return a > b; });
}
auto argmax_op::shape_of(const parameters& p, const dims& x) -> dims {
  const int a = detail::axis_of(p.axis, x.size(), who(p));
  const auto shape = detail::reduced_shape(x, {a}, p.kept == keep::axes);
  if (x[a] == 0 && elements(shape) > 0)
    throw error(std::string(who(p)) + ": " + to_string(x) + " has no elements along axis " + std::to_string(a));
  return shape;
}
auto argmax(const array& x) -> index_t { return static_cast<index_t>(argmax(flatten(x), 0).item()); }
auto argmin(const array& x) -> index_t { return static_cast<index_t>(argmin(flatten(x), 0).item()); }

}  // namespace seegrad
