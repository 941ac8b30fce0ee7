#include <autodiff/graph/graph.hpp>
#include <autodiff/graph/guard.hpp>

#include <fmt/format.h>

namespace seegrad {

auto graph::keep(guard asked) -> void {
  asked.before = static_cast<node_id>(size());
  asked.scope = scope_;
  guards_.push_back(asked);
}

auto graph::guards() const -> std::span<const guard> { return guards_; }

auto graph::fail_guard(std::size_t number, double answer) const -> void {
  const auto& q = guards_[number];
  const auto text = [&](const guard::subject& s) {
    if (!s.is_node) return fmt::format("{}", s.number);
    const auto shown = name(s.node);
    return shown.empty() ? fmt::format("node {}", s.node) : fmt::format("'{}'", shown);
  };
  const bool is_sign = q.question[0] == '<' || q.question[0] == '>' || q.question[0] == '=' || q.question[0] == '!';
  auto what = is_sign ? fmt::format("{} {} {}", text(q.first), q.question, text(q.second))
                      : fmt::format("{} of {}", q.question, text(q.first));
  if (is_sign) what += fmt::format(" was {} while recording and is {} now", q.answer != 0, answer != 0);
  else what += fmt::format(" was {} while recording and is {} now", q.answer, answer);
  std::string where;
  if (*q.file) where += fmt::format(", {}:{}", q.file, q.line);
  if (q.scope != 0) where += fmt::format(", in '{}'", scope_name(q.scope));
  throw guard_failure(
      fmt::format("guard {}{}: {}; the record holds the other branch, so record again for these inputs", number, where, what),
      number);
}

namespace detail {
namespace {

auto note(const char* question, double (*ask)(double, double), asked a, asked b, double answer, const char* file, unsigned line)
    -> void {
  if (!graph::is_active()) return;
  auto& g = graph::active();
  const auto subject = [&](const asked& x) -> guard::subject {
    if (x.ref == 0 || !g.has(x.ref)) return {false, 0, 0, x.value};
    return {true, g.id(x.ref, question), x.element, x.value};
  };
  const auto first = subject(a), second = subject(b);
  if (first.is_node || second.is_node) g.keep({question, ask, first, second, answer, 0, 0, file, line});
}

}  // namespace

auto note_guard(const char* question, double (*ask)(double, double), asked a, asked b, double answer, source_place where)
    -> void {
  note(question, ask, a, b, answer, where.file, where.line);
}

auto note_guard(const char* question, double (*ask)(double, double), asked a, asked b, double answer) -> void {
  note(question, ask, a, b, answer, "", 0);
}

}  // namespace detail

}  // namespace seegrad
