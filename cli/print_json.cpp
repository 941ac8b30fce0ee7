#include <cmath>
#include <nlohmann/json.hpp>
#include <ostream>

#include "language/utf8.hpp"
#include "result.hpp"

namespace seegrad::cli {
namespace {

using json = nlohmann::ordered_json;

constexpr std::size_t longest_node_text = 80;

// JSON has no such numbers, and null would not tell them apart; Python's float() and others read these words.
auto number(double x) -> json {
  if (std::isnan(x)) return "nan";
  if (std::isinf(x)) return x > 0 ? "inf" : "-inf";
  return x;
}

// What others wrote (a comment, the name of a file) may hold anything, and is printed in ASCII; names in any script stay
// readable.
enum class script { ascii, any };
auto text_of(const json& j, script s = script::any) -> std::string {
  return j.dump(-1, ' ', s == script::ascii, json::error_handler_t::replace);
}

auto node_json(const recording& r, node_id k) -> json {
  const auto& g = r.record();
  json n{{"id", k}};
  if (r.has_own_name(k)) n["name"] = g.name(k);
  n["operation"] = g.op(k) ? std::string(g.op(k)->name) : g.is_input(k) ? "input" : "constant";
  if (g.op(k)) {
    auto& operands = n["operands"] = json::array();
    for (const auto o : g.operands(k)) operands.push_back(o);
    n["text"] = shortened(r.text(k), longest_node_text);
  }
  n["value"] = number(g.value(k));
  if (g.is_constant(k)) return n;
  n["gradient"] = number(g.adjoint(k));
  if (g.state(k) != adjoint_state::number) n["path"] = false;
  return n;
}

auto output_json(const recording& r) -> json {
  const auto y = r.output();
  json out{{"name", r.output_name()}, {"value", number(y.value())}};
  out["node"] = y.is_constant() ? json() : json(r.record().id(y.ref(), "json"));
  return out;
}

auto gradient_json(const recording& r) -> json {
  auto out = json::object();
  const auto names = r.input_names();
  for (std::size_t i = 0; i < names.size(); ++i) out[std::string(names[i])] = number(r.record().adjoint(static_cast<node_id>(i)));
  return out;
}

auto named_json(const recording& r) -> json {
  auto out = json::object();
  for (const auto& e : r.extras()) {
    auto& value = out[std::string(e.name)] = {{"value", number(e.value.value())}};
    if (!e.value.is_constant()) value["node"] = r.record().id(e.value.ref(), "json");
  }
  return out;
}

auto claims_json(const result& x) -> json {
  auto out = json::array();
  for (const auto& c : x.claims)
    out.push_back({{"name", c.said.name}, {"claimed", number(c.said.value)}, {"actual", number(c.actual)}, {"right", c.right}});
  return out;
}

auto derivations_json(const result& x) -> json {
  auto out = json::array();
  for (const auto& d : x.derivations) {
    auto ways = json::array();
    for (const auto& w : d.ways) ways.push_back({{"nodes", w.way}, {"amount", number(w.amount)}, {"share", number(w.share)}});
    out.push_back({{"name", d.name}, {"gradient", number(d.gradient)}, {"ways", ways}, {"zero", d.zero.text()}});
  }
  return out;
}

auto rounding_json(const result& x) -> json {
  auto costs = json::array();
  for (const auto& c : x.rounding->costs) costs.push_back({{"node", c.node}, {"error", number(c.error)}});
  return {{"digits", number(x.rounding->digits)}, {"error", number(x.rounding->error)}, {"costs", costs}};
}

auto hessian_json(const result& x) -> json {
  auto rows = json::array();
  for (index_t i = 0; i < x.hessian->extent(0); ++i) {
    auto& row = rows.emplace_back(json::array());
    for (index_t j = 0; j < x.hessian->extent(1); ++j) row.push_back(number((*x.hessian)(i, j)));
  }
  return {{"inputs", x.r.input_names()}, {"rows", rows}};
}

}  // namespace

auto print_json(const result& x, const options& o, std::ostream& out) -> void {
  const auto member = [&](const char* key, const json& value, script s = script::any) {
    out << "  \"" << key << "\": " << text_of(value, s) << ",\n";
  };
  out << "{\n";
  member("seegrad", SEEGRAD_VERSION);
  member("expression", x.r.program_text(), script::ascii);
  member("output", output_json(x.r));
  member("gradient", gradient_json(x.r));
  if (!x.r.extras().empty()) member("other_names", named_json(x.r));
  if (!x.warnings.empty()) member("warnings", x.warnings);
  if (!x.derivations.empty()) member("derivations", derivations_json(x));
  if (x.rounding) member("rounding", rounding_json(x));
  if (!x.notes.empty()) member("notes", x.notes);
  if (x.hessian) member("hessian", hessian_json(x));
  if (!x.claims.empty()) member("claims", claims_json(x));
  if (x.check) member("check", json::parse(x.check->to_json()));
  if (!o.pictures.empty()) member("pictures", o.pictures, script::ascii);
  member("ok", x.fine());
  // One at a time, because a graph may have millions.
  out << "  \"nodes\": [";
  for (node_id k = 0; k < x.r.record().size(); ++k) out << (k ? ",\n    " : "\n    ") << text_of(node_json(x.r, k));
  out << "\n  ]\n}\n";
}

}  // namespace seegrad::cli
