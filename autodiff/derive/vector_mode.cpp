#include <autodiff/derive/vector_mode.hpp>

#include <algorithm>
#include <autodiff/array/create.hpp>
#include <autodiff/derive/forward.hpp>
#include <autodiff/derive/vector_sweep.hpp>
#include <fmt/format.h>
#include <numeric>

namespace seegrad {
namespace {

using place = detail::linearised::place;
constexpr auto lanes = detail::vector_sweep::most_lanes;
constexpr auto constant = ~node_id{0};
constexpr std::size_t fewest_rows = 4;

auto sweeps_for(std::size_t rows) -> std::size_t { return (rows + lanes - 1) / lanes; }

// Variables and results by the numbers of their nodes.
struct ends {
  const graph& g = graph::active();
  std::vector<node_id> xs, ys;

  ends(std::span<const scalar> of, std::span<const scalar> by, std::string_view who) {
    for (const auto& x : by) xs.push_back(g.id(x.ref(), who));
    for (const auto& y : of) ys.push_back(y.is_constant() ? constant : g.id(y.ref(), who));
  }
};

// A sweep for one row takes time by the nodes that it reaches, and a sixteenth of that by those that it passes over. To linearise takes, for each
// node, as long as three visits. How many a sweep reaches is taken from the row in the middle, by what it is made of, so that it does not depend on values.
auto is_worth_linearising(const ends& e) -> bool {
  if (e.xs.empty() || e.ys.size() < fewest_rows) return false;
  const auto first = *std::min_element(e.xs.begin(), e.xs.end());
  auto last = first;
  for (const auto y : e.ys)
    if (y != constant) last = std::max(last, y);
  const std::size_t all = last - first + 1, reached = detail::linearised::nodes_behind(e.g, first, e.ys[e.ys.size() / 2]);
  return e.ys.size() * (16 * reached + all) >= 3 * 16 * all;
}

// What lies between them, if sweeps go over it, and where they stand in it.
struct part {
  std::optional<detail::linearised> all;
  std::vector<place> variables, results;

  part() = default;
  part(const ends& e, detail::linearised::variables which)
      : all(detail::linearised::make(e.g, e.xs, e.ys, which)), variables(e.xs.size()) {
    if (!all) return;
    std::iota(variables.begin(), variables.end(), place{0});
    for (const auto k : e.ys) results.push_back(all->place_of(k));
  }
};

// Of each row: weigh(row, put) calls put(j, weight) for what stands in from[j], and take(row, j, what) gets what has come to to[j].
template <class Weigh, class Take>
auto sweep_rows(const detail::linearised& l, std::size_t rows, auto (detail::vector_sweep::*way)()->void,
                std::span<const place> from, Weigh weigh, std::span<const place> to, Take take) -> void {
  for (std::size_t first = 0; first < rows; first += lanes) {
    const auto count = std::min(lanes, rows - first);
    detail::vector_sweep s(l, count);
    for (std::size_t i = 0; i < count; ++i) weigh(first + i, [&](std::size_t j, double w) { s.seed(from[j], i, w); });
    (s.*way)();
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t j = 0; j < to.size(); ++j) take(first + i, j, s.at(to[j], i));
  }
}

// Rows of `wanted` numbers each.
class rows_of_numbers {
 public:
  rows_of_numbers(const array& a, std::size_t wanted, std::string_view who, std::string_view what, std::string_view one)
      : columns_(wanted) {
    if (a.rank() != 2 || a.extent(1) != static_cast<index_t>(wanted))
      throw error(fmt::format("{}: {} are expected as rows of {} numbers, one for each {}; the shape is {}", who, what, wanted,
                              one, to_string(a.shape())));
    all_ = a.cast(float64).contiguous();
  }
  auto count() const -> std::size_t { return static_cast<std::size_t>(all_.extent(0)); }
  auto operator[](std::size_t i) const -> std::span<const double> {
    return all_.elements<double>().subspan(i * columns_, columns_);
  }

 private:
  std::size_t columns_;
  array all_;
};

// [rows.count(), columns], by sweeps over the part or by one(row).
template <class One>
auto product_with(const rows_of_numbers& rows, const part& p, auto (detail::vector_sweep::*way)()->void,
                  std::span<const place> from, std::span<const place> to, std::size_t columns, One one) -> array {
  auto out = zeros({static_cast<index_t>(rows.count()), static_cast<index_t>(columns)});
  const auto numbers = out.writable<double>();
  if (p.all)
    sweep_rows(
        *p.all, rows.count(), way, from,
        [&](std::size_t i, auto put) {
          for (std::size_t j = 0; j < from.size(); ++j) put(j, rows[i][j]);
        },
        to, [&](std::size_t i, std::size_t j, double x) { numbers[i * columns + j] = x; });
  else
    for (std::size_t i = 0; i < rows.count(); ++i) {
      const auto row = one(rows[i]);
      std::copy(row.begin(), row.end(), numbers.subspan(i * columns).begin());
    }
  return out;
}

}  // namespace

auto jacobian(std::span<const scalar> ys, std::span<const scalar> xs) -> array {
  const ends e(ys, xs, "jacobian");
  const auto p = is_worth_linearising(e) ? part(e, detail::linearised::free) : part();
  const auto columns = xs.size();
  auto out = zeros({static_cast<index_t>(ys.size()), static_cast<index_t>(columns)});
  const auto m = out.writable<double>();
  const auto alone = [](std::size_t i, auto put) { put(i, 1.0); };
  if (!p.all)
    for (std::size_t i = 0; i < ys.size(); ++i) gradient(ys[i], xs, m.subspan(i * columns, columns));
  else if (sweeps_for(xs.size()) < sweeps_for(ys.size()))
    sweep_rows(*p.all, xs.size(), &detail::vector_sweep::forward, p.variables, alone, p.results,
               [&](std::size_t j, std::size_t i, double x) { m[i * columns + j] = x; });
  else
    sweep_rows(*p.all, ys.size(), &detail::vector_sweep::back, p.results, alone, p.variables,
               [&](std::size_t i, std::size_t j, double x) { m[i * columns + j] = x; });
  return out;
}

auto vjp_batch(std::span<const scalar> ys, const array& cotangents, std::span<const scalar> xs) -> array {
  const rows_of_numbers w(cotangents, ys.size(), "vjp_batch", "cotangents", "output");
  const ends e(ys, xs, "vjp_batch");
  const auto p = w.count() < fewest_rows ? part() : part(e, detail::linearised::free);
  return product_with(w, p, &detail::vector_sweep::back, p.results, p.variables, xs.size(),
                      [&](std::span<const double> row) { return vjp(ys, row, xs); });
}

auto jvp_batch(std::span<const scalar> ys, std::span<const scalar> xs, const array& directions) -> array {
  const rows_of_numbers v(directions, xs.size(), "jvp_batch", "directions", "variable");
  const part p(ends(ys, xs, "jvp_batch"), detail::linearised::held);
  return product_with(v, p, &detail::vector_sweep::forward, p.variables, p.results, ys.size(),
                      [&](std::span<const double> row) { return jvp(ys, xs, row); });
}

}  // namespace seegrad
