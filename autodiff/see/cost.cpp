#include <autodiff/see/cost.hpp>

#include <algorithm>
#include <array>
#include <autodiff/array/create.hpp>
#include <autodiff/derive/evaluate.hpp>
#include <autodiff/derive/node_text.hpp>
#include <autodiff/derive/reverse.hpp>
#include <autodiff/graph/reach.hpp>
#include <autodiff/see/text.hpp>
#include <chrono>
#include <fmt/format.h>
#include <set>

namespace seegrad {
namespace {

/// The median of several runs, each long enough for the clock.
template <class F>
auto seconds_of(F f) -> double {
  using clock = std::chrono::steady_clock;
  constexpr double long_enough = 2e-6;
  constexpr std::size_t runs = 5;
  std::array<double, runs> took{};
  std::size_t times = 1;
  for (std::size_t run = 0; run < runs;) {
    const auto begin = clock::now();
    for (std::size_t i = 0; i < times; ++i) f();
    const double all = std::chrono::duration<double>(clock::now() - begin).count();
    if (all < long_enough && times < 4096) times *= 4;
    else took[run++] = all / static_cast<double>(times);
  }
  std::ranges::nth_element(took, took.begin() + runs / 2);
  return took[runs / 2];
}

volatile double kept;  // so that what is measured is computed

class measurement {
 public:
  measurement(const graph& g, node_id y, const adjoints& a) : g_(g), adjoints_(a) {
    const auto leads = detail::leading_to(g, y);
    for (node_id k = 0; k <= y; ++k)
      if (leads[k] && !(g.is_constant(k) && !g.is_tensor(k))) measure(k);
    std::ranges::stable_sort(r_.costs, [](const auto& x, const auto& z) {
      return x.seconds() != z.seconds() ? x.seconds() > z.seconds() : x.bytes > z.bytes;
    });
    note();
  }

  auto report() -> cost_report { return std::move(r_); }

 private:
  auto measure(node_id k) -> void {
    cost_report::cost c{k, 0, 0, bytes_of(k)};
    if (g_.op(k)) g_.is_tensor_node(k) ? of_arrays(c) : of_numbers(c);
    r_.forward += c.forward, r_.back += c.back, r_.bytes += c.bytes;
    r_.costs.push_back(c);
  }

  auto bytes_of(node_id k) -> std::size_t {
    if (!g_.is_tensor(k)) return g_.is_constant(k) ? sizeof(double) : 2 * sizeof(double);
    const auto once = [&](const array& x) { return !x.is_null() && counted_.insert(x.raw()).second ? x.bytes() : 0; };
    return once(g_.array_value(k)) + (has_adjoint(k) ? once(adjoints_.whole(k)) : 0);
  }
  auto has_adjoint(node_id k) const -> bool { return !g_.is_constant(k) && adjoints_.state(k) == adjoint_state::number; }

  auto of_numbers(cost_report::cost& c) const -> void {
    const detail::node_of_numbers n(g_, c.node);
    c.forward = seconds_of([&] { kept = n.value(); });
    if (has_adjoint(c.node))
      c.back = seconds_of([&] { n.each_vjp(adjoints_.number(c.node), [](node_id, double x) { kept = x; }); });
  }
  auto of_arrays(cost_report::cost& c) const -> void {
    const detail::node_of_arrays n(g_, c.node);
    c.forward = seconds_of([&] { static_cast<void>(n.value()); });
    if (!has_adjoint(c.node)) return;
    const auto y = g_.array_value(c.node);
    const auto cotangent = g_.is_tensor(c.node) ? adjoints_.whole(c.node) : array(adjoints_.number(c.node));
    c.back = seconds_of([&] { n.each_vjp(y, cotangent, [](int, node_id, const array&) {}); });
  }

  static auto time_text(double seconds) -> std::string {
    constexpr std::string_view units[] = {"ns", "µs", "ms", "s"};
    std::size_t unit = 0;
    for (seconds *= 1e9; seconds >= 999.5 && unit + 1 < std::size(units); ++unit) seconds /= 1000;
    return fmt::format("{:.{}f} {}", seconds, seconds < 9.95 ? 1 : 0, units[unit]);
  }

  static auto memory_text(std::size_t bytes) -> std::string { return detail::see::bytes_text(static_cast<double>(bytes)); }

  auto note() -> void {
    const double all = r_.forward + r_.back;
    r_.words = fmt::format("COST: {} forward, {} back, {}.", time_text(r_.forward), time_text(r_.back), memory_text(r_.bytes));
    const auto share = [&](const auto& c) { return all > 0 ? c.seconds() / all : 0; };
    constexpr std::size_t most_told = 3;
    for (std::size_t i = 0; i < std::min(most_told, r_.costs.size()) && r_.costs[i].seconds() > 0; ++i)
      r_.words += fmt::format("{} {} {:.0f} %", i == 0 ? " Of the time" : ",", detail::operation_text(g_, r_.costs[i].node),
                              100 * share(r_.costs[i]));
    if (r_.costs[0].seconds() > 0) r_.words += ".";
    for (const auto& c : r_.costs) {
      const bool takes_time = share(c) >= 0.01, takes_memory = 100 * c.bytes >= r_.bytes;
      if (!takes_time && !takes_memory) continue;
      auto text = takes_time
                      ? fmt::format("{} forward, {} back, {:.0f} %", time_text(c.forward), time_text(c.back), 100 * share(c))
                      : std::string();
      if (takes_memory) text += (text.empty() ? "" : "; ") + memory_text(c.bytes);
      r_.notes[c.node] = {text, annotation::mood::plain};
    }
  }

  const graph& g_;
  const adjoints& adjoints_;
  std::set<const void*> counted_;
  cost_report r_;
};

}  // namespace

auto node_costs(const scalar& y) -> cost_report {
  detail::require_node(y.ref(), "node_costs");
  const auto& g = graph::active();
  const auto a = reverse(g, y);
  return measurement(g, g.id(y.ref(), "node_costs"), a).report();
}

namespace detail {
auto node_costs_of_array(const tensor& y) -> cost_report {
  require_node(y.ref(), "node_costs");
  const auto& g = graph::active();
  const auto a = reverse(g, y, array(1.0).cast(y.type()));
  return measurement(g, g.id(y.ref(), "node_costs"), a).report();
}
}  // namespace detail

}  // namespace seegrad
