#include <autodiff/graph/guard_text.hpp>

#include <fmt/format.h>

namespace seegrad::detail {
namespace {

auto is_sign(const guard& q) -> bool {
  return q.question[0] == '<' || q.question[0] == '>' || q.question[0] == '=' || q.question[0] == '!';
}

}  // namespace

auto guard_text(const graph& g, std::size_t number) -> std::string {
  const auto& q = g.guards()[number];
  const auto text = [&](const guard::subject& s) {
    if (!s.is_node) return fmt::format("{}", s.number);
    const auto shown = g.name(s.node);
    return shown.empty() ? fmt::format("node {}", s.node) : fmt::format("'{}'", shown);
  };
  std::string where;
  if (*q.file) where += fmt::format(", {}:{}", q.file, q.line);
  if (q.scope != 0) where += fmt::format(", in '{}'", g.scope_name(q.scope));
  return fmt::format("guard {}{}: {}", number, where,
                     is_sign(q) ? fmt::format("{} {} {}", text(q.first), q.question, text(q.second))
                                : fmt::format("{} of {}", q.question, text(q.first)));
}

auto failure_of(const guard& q, const std::string& text, std::size_t number, double answer) -> guard_failure {
  if (std::string_view(q.question) == detail::detached)
    return {
        text +
            " was another one while recording; the record holds the number that was detached, so record again for these inputs",
        number};
  const auto what = is_sign(q) ? fmt::format(" was {} while recording and is {} now", q.answer != 0, answer != 0)
                               : fmt::format(" was {} while recording and is {} now", q.answer, answer);
  return {text + what + "; the record holds the other branch, so record again for these inputs", number};
}

}  // namespace seegrad::detail
