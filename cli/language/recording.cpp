#include "recording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>
#include <unordered_set>

#include "number_text.hpp"
#include "parser.hpp"
#include "similar.hpp"
#include "utf8.hpp"

namespace seegrad::cli {
namespace {

// Names by text are for reading; in a graph of more nodes than this nobody reads every node.
constexpr std::size_t most_named_by_text = 2000;
constexpr std::size_t longest_text_name = 20;

}  // namespace

auto find_constant(std::string_view name) -> const double* {
  struct constant {
    std::string_view name;
    double value;
  };
  static constexpr constant constants[] = {{"pi", std::numbers::pi},
                                           {"π", std::numbers::pi},
                                           {"e", std::numbers::e},
                                           {"inf", HUGE_VAL},
                                           {"nan", std::numeric_limits<double>::quiet_NaN()}};
  for (const auto& c : constants)
    if (c.name == name) return &c.value;
  return nullptr;
}

recording::recording(const program& p, std::span<const given> inputs) : program_(p), by_index_(p.names.size()) {
  add_inputs(inputs);
  for (const auto& s : p.statements) run(s);
  name_the_output();
  name_by_text();
}

auto recording::add_inputs(std::span<const given> inputs) -> void {
  for (const auto& g : inputs) {
    const auto x = input(g.value, g.name);
    if (!values_.emplace(g.name, x).second) throw error(fmt::format("the input '{}' is given twice", g.name));
    own_names_[static_cast<node_id>(inputs_.size())] = g.name;
    inputs_.push_back(x);
    names_.push_back(g.name);
  }
  used_.resize(inputs.size());
}

auto recording::input_names() const -> std::vector<std::string_view> {
  return {names_.begin(), names_.begin() + static_cast<std::ptrdiff_t>(inputs_.size())};
}

auto recording::unused_inputs() const -> std::vector<std::string_view> {
  std::vector<std::string_view> out;
  for (std::size_t i = 0; i < inputs_.size(); ++i)
    if (!used_[i]) out.push_back(names_[i]);
  return out;
}

auto recording::run(const statement& s) -> void {
  if (!s.name.empty() && find_constant(s.name))
    throw complaint(s.name_at, fmt::format("'{}' is a constant of the language; choose another name", s.name));
  if (!s.name.empty() && values_.contains(s.name)) {
    const auto first = names_.begin();
    const bool is_input = std::find(first, names_.end(), s.name) - first < static_cast<std::ptrdiff_t>(inputs_.size());
    throw complaint(
        s.name_at,
        fmt::format("'{0}' is {1}, and a name stands for one value only; give this one a name of its own, such as {0}2", s.name,
                    is_input ? "an input" : "already defined"));
  }
  output_ = evaluate(
      program_, s, [this](name_index i, place at) { return value_of(i, at); },
      [this](const step& now, std::span<const scalar> operands, const scalar& y) { made(now, operands, y); });
  if (!s.name.empty()) define(s, output_);
}

auto recording::define(const statement& s, const scalar& value) -> void {
  values_.emplace(s.name, value);
  names_.push_back(s.name);
  if (value.is_constant()) return extras_.push_back({s.name, value, graph_.size()});
  const auto k = graph_.id(value.ref(), "define");
  if (own_names_.emplace(k, s.name).second) graph_.set_name(k, s.name);
  else extras_.push_back({s.name, value, graph_.size()});
}

auto recording::value_of(name_index i, place at) -> scalar {
  auto& known = by_index_[static_cast<std::size_t>(i)];
  if (known) return *known;
  const auto name = program_.names[static_cast<std::size_t>(i)];
  if (const auto* c = find_constant(name)) {
    known = *c;
  } else if (const auto it = values_.find(name); it != values_.end()) {
    known = it->second;
    if (!it->second.is_constant())
      if (const auto k = graph_.id(it->second.ref(), "value_of"); k < used_.size()) used_[k] = true;
  } else {
    unknown(name, at);
  }
  return *known;
}

auto recording::unknown(std::string_view name, place at) const -> void {
  const auto say = [&](const std::string& rest) { throw complaint(at, fmt::format("unknown name '{}'{}", name, rest)); };
  for (const auto& s : program_.statements)
    if (s.name == name)
      say(s.name_at.begin < at.begin ? ": it cannot stand in its own definition" : ": it is defined only after this place");
  if (const auto hint = did_you_mean(name, names_); !hint.empty()) say(hint);
  if (find_operation(name)) say(fmt::format(": it is a function, and its arguments stand in brackets, as in {}(…)", name));

  // Whoever forgot one value has often forgotten several.
  std::unordered_set<std::string_view> defined;
  for (const auto& s : program_.statements) defined.insert(s.name);
  std::string all;
  int count = 0;
  for (const auto n : program_.names) {
    if (values_.contains(n) || find_constant(n) || find_operation(n) || defined.contains(n)) continue;
    if (++count > 4) break;
    all += fmt::format(" {}=1", n);
  }
  say(fmt::format("; give {} after the expression, as in{}{}", count > 1 ? "the values" : "its value", all,
                  count > 4 ? " …" : ""));
  throw complaint(at, "");  // say() has thrown
}

auto recording::made(const step& s, std::span<const scalar> operands, const scalar& y) -> void {
  if (!std::isfinite(y.value()) && !birth_) {
    bool from_finite = true;
    birth b{std::get<const operation*>(s.what), s.text, y.value(), {}};
    for (std::size_t i = 0; i < operands.size(); ++i)
      from_finite = from_finite && std::isfinite(b.operands[i] = operands[i].value());
    if (from_finite) birth_ = b;
  }
  if (y.is_constant()) return;
  texts_.resize(graph_.size());
  texts_.back() = s.text;
}

auto recording::name_the_output() -> void {
  const auto& last = program_.statements.back();
  if (!last.name.empty()) {
    output_name_ = last.name;
    return;
  }
  if (!output_.is_constant())
    if (const auto it = own_names_.find(graph_.id(output_.ref(), "output")); it != own_names_.end()) {
      output_name_ = it->second;
      return;
    }
  for (const auto* name : {"y", "f", "J", "output"})
    if (!values_.contains(name)) {
      output_name_ = name;
      break;
    }
  if (output_name_.empty()) output_name_ = "the result";
  values_.emplace(output_name_, output_);
  if (output_.is_constant()) return;
  const auto k = graph_.id(output_.ref(), "output");
  own_names_[k] = output_name_;
  graph_.set_name(k, output_name_);
}

auto recording::name_by_text() -> void {
  texts_.resize(graph_.size());
  if (graph_.size() > most_named_by_text) return;
  std::set<std::string, std::less<>> taken;
  for (node_id k = 0; k < graph_.size(); ++k) {
    const auto t = text(k);
    if (t.empty() || has_own_name(k) || t.size() > 4 * longest_text_name || width(t) > longest_text_name ||
        t.find_first_of("\n\r\t#") != t.npos)
      continue;
    // As it is written where it is an operand, so that a name inside another formula cannot be misread.
    if (taken.emplace(t).second)
      graph_.set_name(k, notation_of(*graph_.op(k)).strength ? fmt::format("({})", t) : std::string(t));
  }
}

auto recording::find(std::string_view name) const -> std::optional<scalar> {
  const auto it = values_.find(name);
  return it == values_.end() ? std::nullopt : std::optional(it->second);
}

auto recording::names() const -> std::vector<std::string_view> {
  auto all = names_;
  if (program_.statements.back().name.empty()) all.push_back(output_name_);
  return all;
}

auto recording::label(node_id k) const -> std::string {
  if (graph_.name(k).empty()) return fmt::format("#{}", k);
  return std::string(has_own_name(k) ? graph_.name(k) : text(k));
}

auto recording::label_inside(node_id k, int digits) const -> std::string {
  if (!graph_.is_constant(k)) return graph_.name(k).empty() ? label(k) : std::string(graph_.name(k));
  const auto number = number_text(graph_.value(k), digits);
  return number.starts_with('-') ? "(" + number + ")" : number;
}

auto recording::has_own_name(node_id k) const -> bool { return own_names_.contains(k); }

auto recording::text(node_id k) const -> std::string_view { return texts_[k].of(program_.text); }

}  // namespace seegrad::cli
