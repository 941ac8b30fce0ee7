#include <autodiff/see/page/array_json.hpp>

#include <algorithm>
#include <autodiff/see/array_facts.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

namespace seegrad::see {
namespace {

constexpr index_t most_elements = 256;
constexpr std::size_t bars = 20;

/// How many elements lie in each of so many parts of [min, max].
auto spread(const std::vector<double>& elements, const array_facts& f) -> std::vector<int> {
  std::vector<int> counts(bars, 0);
  const double range = f.max / 2 - f.min / 2;  // halves, as the range itself may be infinite
  if (!(range > 0)) return {};
  for (const double v : elements)
    if (std::isfinite(v)) ++counts[std::min(bars - 1, static_cast<std::size_t>((v / 2 - f.min / 2) / range * bars))];
  return counts;
}

}  // namespace

auto number_json(double x) -> json {
  if (std::isnan(x)) return "NaN";
  if (std::isinf(x)) return x > 0 ? "Infinity" : "-Infinity";
  return x;
}

auto array_json(const array& x) -> json {
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
  const auto elements = x.cast(float64).to_vector<double>();
  if (x.size() > 2) out["spread"] = spread(elements, f);
  if (x.size() <= most_elements)
    for (auto& of = out["of"] = json::array(); const double v : elements) of.push_back(number_json(v));
  return out;
}

}  // namespace seegrad::see
