#include "measure.hpp"

#include "points.hpp"
#include "reference.hpp"
#include "ulp.hpp"

#include <algorithm>
#include <autodiff/autodiff.hpp>
#include <autodiff/run/replay.hpp>
#include <bit>
#include <cmath>

namespace accuracy {
namespace {

using namespace seegrad;
using columns = std::vector<std::vector<double>>;

auto row(const columns& x, std::size_t n) -> std::vector<double> {
  std::vector<double> a;
  for (const auto& column : x) a.push_back(column[n]);
  return a;
}

auto note(worst& w, double size, const std::vector<double>& at, instruction_set set) -> void {
  if (size > w.size) w = {size, at, set};
}

auto same_bits(double a, double b) -> bool {
  return std::bit_cast<std::int64_t>(a) == std::bit_cast<std::int64_t>(b) || (std::isnan(a) && std::isnan(b));
}

auto over_arrays(const operation& op, const columns& x, dtype type) -> std::vector<double> {
  std::vector<array> operands;
  for (const auto& column : x)
    operands.push_back(array(std::span<const double>(column), dims{static_cast<index_t>(column.size())}).cast(type));
  return seegrad::detail::compute_pointwise(op, operands).cast(float64).to_vector<double>();
}

/// Whether a number gets the same bits among other neighbours.
auto is_alike_elsewhere(const operation& op, const columns& x, dtype type, const std::vector<double>& there) -> bool {
  const auto place = [&](std::size_t n) { return n * 7919 % there.size(); };
  auto moved = x;
  for (std::size_t i = 0; i < x.size(); ++i)
    for (std::size_t n = 0; n < there.size(); ++n) moved[i][place(n)] = x[i][n];
  const auto here = over_arrays(op, moved, type);
  for (std::size_t n = 0; n < there.size(); ++n)
    if (!same_bits(here[place(n)], there[n])) return false;
  return true;
}

/// Recorded at each point, and recorded at the first and replayed at each.
auto is_replayed_alike(const operation& op, const columns& x, const std::vector<double>& plain) -> bool {
  const graph g;
  std::vector<node_id> ids;
  std::vector<scalar> operands(x.size());
  for (auto& a : operands) {
    a = input(1.0);
    ids.push_back(g.id(a.ref(), "accuracy"));
  }
  scalar y;
  op.record(operands.data(), y);
  const auto top = g.id(y.ref(), "accuracy");
  for (std::size_t n = 0; n < plain.size(); ++n) {
    const auto at = row(x, n);
    if (!same_bits(replay(g, top, ids, at).back(), plain[n])) return false;
    const graph h;
    std::vector<scalar> there;
    for (double a : at) there.push_back(input(a));
    op.record(there.data(), y);
    if (!same_bits(y.value(), plain[n])) return false;
  }
  return true;
}

}  // namespace

auto sets() -> std::vector<instruction_set> {
  std::vector<instruction_set> all;
  const auto best = seegrad::detail::instructions();
  for (auto s : {instruction_set::baseline, instruction_set::avx2, instruction_set::avx512})
    if (s <= best) all.push_back(s);
  return all;
}

auto measure(const operation& op, std::size_t count) -> measured {
  measured m;
  const auto truth = reference_of(op.name);
  const auto best = seegrad::detail::instructions();
  const auto x = points(op, count, false), x_single = points(op, count, true);
  std::vector<double> plain(count);
  for (std::size_t n = 0; n < count; ++n) plain[n] = op.value(row(x, n).data());
  m.replayed_alike = is_replayed_alike(op, x, plain);
  std::vector<std::vector<double>> doubles, floats;
  for (auto s : sets()) {
    limit_instructions(s);
    doubles.push_back(over_arrays(op, x, float64));
    floats.push_back(over_arrays(op, x_single, float32));
    m.alike_elsewhere = m.alike_elsewhere && is_alike_elsewhere(op, x, float64, doubles.back()) &&
                        is_alike_elsewhere(op, x_single, float32, floats.back());
    std::size_t agreeing = 0;
    for (std::size_t n = 0; n < count; ++n) {
      agreeing += same_bits(doubles.back()[n], plain[n]);
      note(m.apart, apart(doubles.back()[n], plain[n]), row(x, n), s);
    }
    m.agreeing = std::min(m.agreeing, static_cast<double>(agreeing) / static_cast<double>(count));
  }
  limit_instructions(best);
  for (std::size_t n = 0; n < count; ++n) {
    const auto at = row(x, n), at_single = row(x_single, n);
    const auto y = truth(at.data()), y_single = truth(at_single.data());
    const auto size = size_of_parts(op.name, at.data()), size_single = size_of_parts(op.name, at_single.data());
    note(m.number, ulps(plain[n], y, size, twice), at, instruction_set::baseline);
    for (auto s : sets()) {
      const auto k = static_cast<std::size_t>(s);
      note(m.doubles, ulps(doubles[k][n], y, size, twice), at, s);
      note(m.floats, ulps(floats[k][n], y_single, size_single, single), at_single, s);
    }
  }
  return m;
}

}  // namespace accuracy
