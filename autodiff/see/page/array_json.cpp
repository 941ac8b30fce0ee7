#include <autodiff/see/page/array_json.hpp>

#include <algorithm>
#include <autodiff/see/array_facts.hpp>
#include <autodiff/see/array_label.hpp>
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace seegrad::detail::see {
namespace {

constexpr std::size_t bars = 20;

template <class F>
auto each(const array& x, F f) -> void {
  const auto c = x.contiguous();
  with_type(c.type(), [&]<class T>(T) {
    for (const auto v : c.elements<T>()) f(static_cast<double>(v));
  });
}

/// How many elements lie in each of so many parts of [min, max].
auto spread(const array& x, const array_facts& f) -> std::vector<int> {
  std::vector<int> counts(bars, 0);
  const double range = f.max / 2 - f.min / 2;  // halves, as the range itself may be infinite
  if (!(range > 0)) return {};
  each(x, [&](double v) {
    if (std::isfinite(v)) ++counts[std::min(bars - 1, static_cast<std::size_t>((v / 2 - f.min / 2) / range * bars))];
  });
  return counts;
}

auto rounded(double x, int digits) -> double {
  return std::isfinite(x) ? std::strtod(fmt::format("{:.{}g}", x, digits).c_str(), nullptr) : x;
}

auto put_elements(json& out, const array& x, index_t most) -> void {
  if (x.size() > most) return;
  // A float32 in the nine digits that tell it from all others, where as a double it would have seventeen.
  each(x, [&, &of = out["of"] = json::array()](double v) { of.push_back(number_json(x.type() == float32 ? rounded(v, 9) : v)); });
}

}  // namespace

auto number_json(double x) -> json {
  if (std::isnan(x)) return "NaN";
  if (std::isinf(x)) return x > 0 ? "Infinity" : "-Infinity";
  return x;
}

auto array_json(const array& x, index_t most) -> json {
  const auto f = facts_of(x);
  auto shape = json::array();
  for (const auto n : x.shape()) shape.push_back(n);
  json out{{"shape", shape},
           {"type", name_of(x.type())},
           {"min", f.min},
           {"max", f.max},
           {"mean", number_json(f.mean)},
           {"norm", number_json(f.norm)},
           {"zeros", f.zeros},
           {"nan", f.nans},
           {"inf", f.infinities}};
  if (x.size() > 2) out["spread"] = spread(x, f);
  put_elements(out, x, most);
  return out;
}

auto brief_json(const array& x, index_t most) -> json {
  const auto f = facts_of(x);
  json out = json::object();
  for (const auto& [name, number] : {std::pair{"min", f.min}, {"max", f.max}, {"mean", f.mean}, {"norm", f.norm}})
    out[name] = number_json(rounded(number, 7));
  for (const auto& [name, n] : {std::pair{"zeros", f.zeros}, {"nan", f.nans}, {"inf", f.infinities}})
    if (n > 0) out[name] = n;
  if (x.size() > 2) out["spread"] = spread(x, f);
  put_elements(out, x, most);
  return out;
}

auto put_drawn(json& out, const array& x) -> void {
  if (!has_histogram(x)) return;
  const auto h = histogram_of(x, facts_of(x));
  auto& counts = out["bars"] = json::array({h.negative});
  for (int i = 0; i < h.bars; ++i) counts.push_back(h.count[static_cast<std::size_t>(i)]);
  if (x.rank() != 2 || std::max(x.extent(0), x.extent(1)) > 64) return;
  const auto map = heat_map_of(x);
  double largest = 0;
  for (auto m : map.mean)
    if (std::isfinite(m)) largest = std::max(largest, std::abs(m));
  auto& cells = out["cells"] = json::array();
  for (auto m : map.mean)
    if (std::isfinite(m)) cells.push_back(largest > 0 ? std::lround(100 * m / largest) : 0);
    else cells.push_back(nullptr);
}

}  // namespace seegrad::detail::see
