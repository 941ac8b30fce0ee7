#include <nn/train/summary.hpp>

#include <algorithm>
#include <autodiff/array/utf8.hpp>
#include <fmt/format.h>
#include <nn/train/multiply_adds.hpp>
#include <unordered_map>

namespace seegrad::nn {
namespace {

/// 1234567 as "1,234,567".
auto with_commas(index_t n) -> std::string {
  auto text = std::to_string(n);
  for (auto i = static_cast<std::ptrdiff_t>(text.size()) - 3; i > 0; i -= 3) text.insert(static_cast<std::size_t>(i), ",");
  return text;
}

/// 1234567 as "1.23M".
auto in_short(index_t n) -> std::string {
  auto x = static_cast<double>(n);
  const char* unit = "";
  for (const char* next : {"k", "M", "G", "T", "P"}) {
    if (x < 999.5) break;
    x /= 1000, unit = next;
  }
  return *unit ? fmt::format("{:.{}f}{}", x, x < 9.995 ? 2 : x < 99.95 ? 1 : 0, unit) : fmt::format("{}", n);
}

auto in_bytes(std::size_t n) -> std::string {
  return n < 1024u << 10 ? fmt::format("{:.1f} KiB", static_cast<double>(n) / 1024)
                         : fmt::format("{:.1f} MiB", static_cast<double>(n) / (1 << 20));
}

auto last_word(const std::string& name) -> std::string_view { return std::string_view(name).substr(name.rfind('.') + 1); }
auto is_number(std::string_view word) -> bool {
  return !word.empty() && word.find_first_not_of("0123456789") == std::string_view::npos;
}

// Whether two modules of a list differ in nothing but their place in it.
auto alike(const std::vector<layer_row>& all, std::size_t a, std::size_t b) -> bool {
  if (all[a].last - a != all[b].last - b || !is_number(last_word(all[a].name)) || !is_number(last_word(all[b].name)))
    return false;
  const auto skip_a = all[a].name.size(), skip_b = all[b].name.size();
  if (all[a].name.substr(0, all[a].name.rfind('.') + 1) != all[b].name.substr(0, all[b].name.rfind('.') + 1)) return false;
  for (auto i = a, j = b; i < all[a].last; ++i, ++j) {
    const auto &x = all[i], &y = all[j];
    if (x.type != y.type || x.depth != y.depth || x.output != y.output || x.parameters != y.parameters ||
        x.operations != y.operations || x.multiply_adds != y.multiply_adds || x.name.substr(skip_a) != y.name.substr(skip_b))
      return false;
  }
  return true;
}

struct line {
  std::string layer, output, parameters, multiply_adds, memory;
};

class table {
 public:
  explicit table(const model_summary& s) : all_(s.layers) {
    lines_.push_back(
        {s.type, to_string(s.output), with_commas(s.parameters), in_short(s.multiply_adds), in_bytes(s.bytes + s.result_bytes)});
    below(0, all_.size(), 1, "", "");
  }

  auto text(int width) const -> std::string {
    const auto widest = [&](std::string_view head, auto member) {
      std::size_t n = head.size();
      for (const auto& l : lines_) n = std::max(n, seegrad::detail::characters(l.*member));
      return n;
    };
    auto layer = widest("layer", &line::layer), output = widest("output", &line::output);
    const auto parameters = widest("parameters", &line::parameters), adds = widest("mult-adds", &line::multiply_adds),
               memory = widest("memory", &line::memory);
    const auto numbers = parameters + adds + memory + 8;
    const auto room = static_cast<std::size_t>(std::max(width, 0));
    if (layer + output + numbers > room) layer = std::max<std::size_t>(12, room - std::min(room, output + numbers));
    if (layer + output + numbers > room) output = std::max<std::size_t>(6, room - std::min(room, layer + numbers));
    std::string text;
    const auto add = [&](const line& l) {
      text += fmt::format("{}  {}  {:>{}}  {:>{}}  {:>{}}\n", cell(l.layer, layer), cell(l.output, output), l.parameters,
                          parameters, l.multiply_adds, adds, l.memory, memory);
    };
    add({"layer", "output", "parameters", "mult-adds", "memory"});
    for (const auto& l : lines_) add(l);
    return text;
  }

 private:
  static auto cell(const std::string& s, std::size_t width) -> std::string {
    const auto n = seegrad::detail::characters(s);
    if (n <= width) return s + std::string(width - n, ' ');
    std::size_t at = 0;
    for (std::size_t i = 0; i + 1 < width; ++i) at += seegrad::detail::character_at(s, at).bytes;
    return s.substr(0, at) + "…";
  }

  auto below(std::size_t from, std::size_t to, int depth, const std::string& indent, const std::string& around) -> void {
    for (auto k = from; k < to;) {
      auto next = all_[k].last;
      std::size_t times = 1, last = k;
      while (next < to && alike(all_, k, next)) last = next, ++times, next = all_[next].last;
      const auto& l = all_[k];
      auto name = l.name.substr(around.size());
      if (times > 1) name += fmt::format("–{}", last_word(all_[last].name));
      const auto end = next >= to;
      lines_.push_back(
          {fmt::format("{}{} {} {}{}", indent, end ? "└" : "├", name, times > 1 ? fmt::format("×{} ", times) : "", l.type),
           l.operations > 0 ? to_string(l.output) : "", with_commas(l.parameters), in_short(l.multiply_adds),
           in_bytes(l.bytes + l.result_bytes)});
      below(k + 1, l.last, depth + 1, indent + (end ? "  " : "│ "), l.name + ".");
      k = next;
    }
  }

  const std::vector<layer_row>& all_;
  std::vector<line> lines_;
};

// Without modules that have no parameters and no scope, such as a pooling.
auto with_something_to_say(const std::vector<layer_row>& all) -> std::vector<layer_row> {
  std::vector<layer_row> kept;
  std::vector<std::size_t> now(all.size() + 1);
  for (std::size_t i = 0; i < all.size(); ++i) {
    now[i] = kept.size();
    if (all[i].operations > 0 || all[i].parameters > 0) kept.push_back(all[i]);
  }
  now[all.size()] = kept.size();
  for (auto& l : kept) l.last = now[l.last];
  return kept;
}

}  // namespace

auto detail::short_type(std::string_view type) -> std::string {
  type = type.substr(0, type.find('<'));
  return std::string(type.substr(type.rfind(':') + 1));
}

auto detail::summary_of_active_graph(const std::vector<module_row>& rows, dtype type) -> model_summary {
  const auto& g = graph::active();
  model_summary s;
  std::unordered_map<std::string_view, std::size_t> by_scope;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const auto& r = rows[i];
    layer_row l{r.name, r.type, r.depth, {}, r.parameters};
    l.bytes = static_cast<std::size_t>(r.parameters) * size_of(type);
    l.last = r.last - 1;
    s.layers.push_back(l);
    if (!r.scope.empty()) by_scope.emplace(r.scope, i - 1);
  }
  s.type = rows[0].type;

  std::vector<std::size_t> around(s.layers.size());
  for (std::size_t i = 0; i < s.layers.size(); ++i) {
    around[i] = s.layers.size();
    for (auto j = i; j-- > 0;)
      if (s.layers[j].last > i && (around[i] == s.layers.size() || s.layers[j].depth > s.layers[around[i]].depth)) around[i] = j;
  }
  for (node_id k = 0; k < g.size(); ++k) {
    if (g.is_leaf(k)) continue;
    const auto y = g.array_value(k);
    const auto adds = multiply_adds(g, k);
    // Another arrangement of the same memory is no result of its own.
    const auto x = g.array_value(g.operands(k)[0]);
    const auto bytes = y.raw() == x.raw() ? 0 : static_cast<std::size_t>(y.size()) * size_of(y.type());
    s.multiply_adds += adds, s.result_bytes += bytes;
    auto scope = g.scope_of(k);
    while (scope != 0 && !by_scope.contains(g.scope_name(scope))) scope = g.scope_parent(scope);
    if (scope == 0) {
      s.operations_outside += g.scope_of(k) == 0;  // else the whole is one layer
      continue;
    }
    for (auto i = by_scope.at(g.scope_name(scope)); i < s.layers.size(); i = around[i]) {
      auto& l = s.layers[i];
      ++l.operations, l.multiply_adds += adds, l.result_bytes += bytes, l.output = y.shape();
    }
  }
  if (g.size() > 0 && !g.is_leaf(static_cast<node_id>(g.size() - 1)))
    s.output = g.array_value(static_cast<node_id>(g.size() - 1)).shape();
  s.layers = with_something_to_say(s.layers);
  return s;
}

auto model_summary::text(int width) const -> std::string {
  auto text = table(*this).text(width);
  if (operations_outside > 0) text += fmt::format("{} operations outside layers\n", with_commas(operations_outside));
  text += fmt::format("{} parameters, {} of them trained, {}\n", with_commas(parameters), with_commas(trained), in_bytes(bytes));
  return text + fmt::format("{} multiply-adds, {} of results\n", with_commas(multiply_adds), in_bytes(result_bytes));
}

}  // namespace seegrad::nn
