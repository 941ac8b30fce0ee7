#include "parser.hpp"

#include <autodiff/graph/operation.hpp>
#include <fmt/format.h>
#include <unordered_map>

#include "lexer.hpp"
#include "similar.hpp"
#include "utf8.hpp"

namespace seegrad::cli {
namespace {

struct written {
  char sign;
  int arity, strength;
  bool from_the_right;
  std::string_view name;
};
constexpr written signs[] = {{'+', 2, 1, false, "add"}, {'-', 2, 1, false, "sub"}, {'*', 2, 2, false, "mul"},
                             {'/', 2, 2, false, "div"}, {'-', 1, 3, true, "neg"},  {'^', 2, 4, true, "pow"}};

auto find_sign(char sign, int arity) -> const written* {
  for (const auto& w : signs)
    if (w.sign == sign && w.arity == arity) return &w;
  return nullptr;
}

// Operator precedence with a stack of our own (Dijkstra's shunting yard), so that the depth of an expression is bounded
// by memory only.
class parser {
 public:
  explicit parser(std::string_view text) : words_(text) { out_.text = text; }

  auto run() -> program {
    for (;;) {
      const auto t = words_.next();
      if (t.kind == token_kind::end && !begun_) break;
      if (wants_value_) value(t);
      else after_value(t);
      if (t.kind == token_kind::end) break;
      // What was read ahead of t, as the `=` of a name, is later than t.
      if (t.kind != token_kind::newline && last_.at.end <= t.at.begin) last_ = t;
    }
    if (out_.statements.empty()) throw complaint(words_.peek().at, "there is no expression; write one, as in '3*(a + b*c)'");
    return std::move(out_);
  }

 private:
  // What waits on the stack for its right end: an operator, a bracket, or the call of a function.
  struct open {
    const written* sign;  // nullptr for a bracket
    const operation* op;  // nullptr for a bracket that is not a call
    place at;
    std::uint32_t arguments = 0;
  };

  auto shown_text(place p) const -> std::string { return shortened(p.of(out_.text), 40); }

  // --- where a value is wanted ---------------------------------------------------------------------------------------------
  auto value(const token& t) -> void {
    if (t.kind == token_kind::newline || (t.sign == ';' && !begun_)) return;
    if (!begun_) begin_statement();
    if (t.kind == token_kind::number) return emit(t.number, t.at);
    if (t.kind == token_kind::name) return name(t);
    if (t.sign == '(') return push({nullptr, nullptr, t.at});
    if (t.sign == '-') return push({find_sign('-', 1), nullptr, t.at});
    if (t.sign == '+') return;
    missing_value(t);
  }

  [[noreturn]] auto missing_value(const token& t) -> void {
    if (t.kind == token_kind::end || t.sign == ';') {
      const place after{last_.at.end, last_.at.end};
      throw complaint(after, fmt::format("a value is missing after '{}'", shown_text(last_.at)));
    }
    if (t.sign == ')' && !stack_.empty() && !stack_.back().sign) {
      const auto& b = stack_.back();
      if (b.op && last_.sign == '(') check_arguments(b, 0);
      if (last_.sign == '(') throw complaint({b.at.begin, t.at.end}, "there is nothing between these brackets");
    }
    if (t.sign == '=' && last_.sign == '=') no_comparisons(last_.at, t.at);
    throw complaint(t.at, fmt::format("a value is missing before '{}'", shown_text(t.at)));
  }

  [[noreturn]] auto no_comparisons(place first, place second) const -> void {
    throw complaint({first.begin, second.end}, "there are no comparisons; a single = gives a name to a value");
  }

  auto name(const token& t) -> void {
    const auto next = words_.peek();
    if (next.kind == token_kind::sign && next.sign == '(') return call(t);
    const bool first = stack_.empty() && out_.steps.size() == out_.statements.back().first_step && last_.sign != '+';
    if (next.kind == token_kind::sign && next.sign == '=' && first && out_.statements.back().name.empty()) {
      out_.statements.back().name = t.at.of(out_.text), out_.statements.back().name_at = t.at;
      last_ = words_.next();
      return;
    }
    const auto known = index_.try_emplace(t.at.of(out_.text), name_index{static_cast<std::uint32_t>(out_.names.size())});
    if (known.second) out_.names.push_back(t.at.of(out_.text));
    emit(known.first->second, t.at);
  }

  auto call(const token& t) -> void {
    const auto* op = find_operation(t.at.of(out_.text));
    if (!op) throw complaint(t.at, unknown_function(t.at.of(out_.text)));
    push({nullptr, op, t.at});
    last_ = words_.next();
  }

  // --- where a value has just ended ----------------------------------------------------------------------------------------
  auto after_value(const token& t) -> void {
    if (t.kind == token_kind::newline && brackets_ > 0) return;
    if (t.kind == token_kind::newline || t.kind == token_kind::end || t.sign == ';') return end_statement();
    if (t.sign == ')') return close(t);
    if (t.sign == ',') return comma(t);
    if (const auto* w = t.kind == token_kind::sign ? find_sign(t.sign, 2) : nullptr) {
      while (!stack_.empty() && stack_.back().sign &&
             (stack_.back().sign->strength > w->strength || (stack_.back().sign->strength == w->strength && !w->from_the_right)))
        finish();
      push({w, nullptr, t.at});
      return;
    }
    if (t.sign == '=' && words_.peek().sign == '=') no_comparisons(t.at, words_.peek().at);
    if (t.sign == '=') throw complaint(t.at, "only a name at the beginning of a statement can stand before '='");
    throw complaint(t.at, fmt::format("an operator is missing before '{}'; to multiply, write a *", shown_text(t.at)));
  }

  auto close(const token& t) -> void {
    while (!stack_.empty() && stack_.back().sign) finish();
    if (stack_.empty()) throw complaint(t.at, "this bracket was never opened");
    const auto b = stack_.back();
    stack_.pop_back(), --brackets_;
    if (b.op) {
      check_arguments(b, b.arguments + 1);
      apply(b.op, {b.at.begin, t.at.end});
    } else {
      values_.back() = {b.at.begin, t.at.end};  // what is outside sees the brackets too
    }
  }

  auto comma(const token& t) -> void {
    while (!stack_.empty() && stack_.back().sign) finish();
    if (stack_.empty() || !stack_.back().op)
      throw complaint(t.at,
                      "a comma stands only between the arguments of a function; numbers are written with a point, as in 3.5");
    ++stack_.back().arguments;
    wants_value_ = true;
  }

  auto check_arguments(const open& b, std::uint32_t given) const -> void {
    if (given == static_cast<std::uint32_t>(b.op->arity)) return;
    throw complaint(b.at, fmt::format("{} takes {} argument{}, but {} {} given", b.op->name, b.op->arity,
                                      b.op->arity == 1 ? "" : "s", given, given == 1 ? "is" : "are"));
  }

  // --- statements ----------------------------------------------------------------------------------------------------------
  auto begin_statement() -> void {
    if (!out_.statements.empty() && out_.statements.back().name.empty())
      throw complaint(out_.statements.back().text,
                      "the value of this statement is lost; give it a name, as in u = …, or remove it");
    begun_ = true;
    out_.statements.push_back({{}, {}, {}, out_.steps.size(), 0});
  }

  auto end_statement() -> void {
    while (!stack_.empty()) {
      if (!stack_.back().sign) throw complaint(stack_.back().at, "this bracket is never closed");
      finish();
    }
    out_.statements.back().text = values_.back();
    out_.statements.back().last_step = out_.steps.size();
    values_.clear();
    begun_ = false, wants_value_ = true;
  }

  // --- the stack -----------------------------------------------------------------------------------------------------------
  auto push(const open& o) -> void {
    stack_.push_back(o);
    wants_value_ = true;
    if (!o.sign) ++brackets_;
  }

  auto emit(std::variant<double, name_index, const operation*> what, place text) -> void {
    out_.steps.push_back({what, text});
    values_.push_back(text);
    wants_value_ = false;
  }

  auto apply(const operation* op, place text) -> void {
    values_.resize(values_.size() - static_cast<std::size_t>(op->arity));
    emit(op, text);
  }

  // The operator on top of the stack has got its operands.
  auto finish() -> void {
    const auto& o = stack_.back();
    const auto begin = o.sign->arity == 1 ? o.at.begin : values_[values_.size() - 2].begin;
    apply(find_operation(o.sign->name), {begin, values_.back().end});
    stack_.pop_back();
  }

  lexer words_;
  program out_;
  std::vector<open> stack_;
  std::vector<place> values_;
  std::unordered_map<std::string_view, name_index> index_;
  token last_{token_kind::newline, 0, 0, {}};
  std::size_t brackets_ = 0;
  bool begun_ = false, wants_value_ = true;
};

}  // namespace

auto parse(std::string_view text) -> program {
  if (text.size() > longest_text)
    throw complaint({}, fmt::format("the text is longer than {} MB, which is the most", longest_text >> 20));
  return parser(text).run();
}

auto notation_of(const operation& op) -> notation {
  for (const auto& w : signs)
    if (w.name == op.name) return {w.sign, w.strength};
  return {};
}

}  // namespace seegrad::cli
