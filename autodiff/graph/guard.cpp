#include <autodiff/array/same_bits.hpp>
#include <autodiff/graph/guard.hpp>
#include <autodiff/graph/guard_text.hpp>

#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace seegrad {

auto graph::keep(guard asked) -> void {
  asked.before = static_cast<node_id>(size());
  asked.scope = scope_;
  guards_.push_back(asked);
}

auto graph::guards() const -> std::span<const guard> { return guards_; }

auto graph::fail_guard(std::size_t number, double answer) const -> void {
  throw detail::failure_of(guards_[number], detail::guard_text(*this, number), number, answer);
}

auto guard::subject::of(const array& now) const -> double {
  if (element == all_elements) return detail::digest(now);
  return now.is_number() ? now.item() : now.reshape({-1}).cast(float64).at(element);
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

auto note_detached(node_ref x, double value, source_place where) -> void {
  // 0 and -0 are two numbers.
  constexpr auto number = [](double a, double) {
    return a == 0 && std::signbit(a) ? -std::numeric_limits<double>::denorm_min() : a;
  };
  note_guard(detached, number, {x, value}, {}, number(value, 0), where);
}

auto note_detached(node_ref x, const array& value, source_place where) -> void {
  if (value.is_number()) return note_detached(x, value.item(), where);
  const auto answer = digest(value);
  note_guard(
      detached, [](double a, double) { return a; }, {x, answer, guard::subject::all_elements}, {}, answer, where);
}

}  // namespace detail

}  // namespace seegrad
