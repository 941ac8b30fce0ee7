#include <nn/train/summary.hpp>

#include <algorithm>
#include <fmt/format.h>

namespace seegrad::nn {
namespace {

/// 1234567 as "1,234,567".
auto with_commas(index_t n) -> std::string {
  auto text = std::to_string(n);
  for (auto i = static_cast<std::ptrdiff_t>(text.size()) - 3; i > 0; i -= 3) text.insert(static_cast<std::size_t>(i), ",");
  return text;
}

auto path_of(const graph& g, scope_id s) -> std::string {
  std::string text(g.scope_name(s));
  for (auto up = g.scope_parent(s); up != 0; up = g.scope_parent(up)) text = fmt::format("{}/{}", g.scope_name(up), text);
  return text;
}

}  // namespace

auto detail::summary_of_active_graph() -> model_summary {
  const auto& g = graph::active();
  model_summary s;
  std::vector<layer_row> by_scope(g.scope_count());
  for (node_id k = 0; k < g.size(); ++k) {
    const auto scope = g.scope_of(k);
    if (g.is_constant(k)) continue;
    if (scope == 0) {
      s.operations_outside += !g.is_leaf(k);
      continue;
    }
    auto& row = by_scope[scope];
    if (g.is_leaf(k)) row.parameters += g.array_value(k).size();
    else ++row.operations, row.output = g.array_value(k).shape();
  }
  for (scope_id i = 1; i < by_scope.size(); ++i) {
    if (by_scope[i].operations == 0) continue;
    by_scope[i].name = path_of(g, i);
    s.layers.push_back(by_scope[i]);
  }
  return s;
}

auto model_summary::text() const -> std::string {
  std::size_t name = 5, output = 6;
  for (const auto& l : layers) name = std::max(name, l.name.size()), output = std::max(output, to_string(l.output).size());
  std::string text = fmt::format("{:<{}}  {:<{}}  {:>12}\n", "layer", name, "output", output, "parameters");
  for (const auto& l : layers)
    text += fmt::format("{:<{}}  {:<{}}  {:>12}\n", l.name, name, to_string(l.output), output, with_commas(l.parameters));
  if (operations_outside > 0) text += fmt::format("{} operations outside layers\n", with_commas(operations_outside));
  return text + fmt::format("{} parameters, {} of them trained, {:.2f} MiB\n", with_commas(parameters), with_commas(trained),
                            static_cast<double>(bytes) / (1 << 20));
}

}  // namespace seegrad::nn
