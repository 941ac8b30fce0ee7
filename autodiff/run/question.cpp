#include <autodiff/graph/guard_text.hpp>
#include <autodiff/run/question.hpp>

namespace seegrad::detail::run {

auto ask(const question& q, double first, double second) -> void {
  const double answer = q.asked.ask(first, second);
  if (answer != q.asked.answer && (answer == answer || q.asked.answer == q.asked.answer))
    throw failure_of(q.asked, q.text, q.number, answer);
}

}  // namespace seegrad::detail::run
