#include <autodiff/run/program_parts.hpp>
#include <fmt/format.h>

namespace seegrad {

using detail::run::slot;

auto program::record(std::span<const scalar> x) const -> std::vector<scalar> {
  if (x.size() != inputs_) throw error(fmt::format("program::record: {} numbers for a point; {} are wanted", x.size(), inputs_));
  const auto& c = parts_->values().program();
  std::vector<scalar> now(c.slots);
  for (const auto& k : c.constants) now[k.to] = k.value;
  for (std::size_t i = 0; i < x.size(); ++i) now[c.inputs[i]] = x[i];
  for (const auto& i : c.instructions) {
    scalar operands[max_arity];
    for (int k = 0; k < i.op->arity; ++k) operands[k] = now[i.x[k]];
    i.op->record(operands, now[i.to]);
  }
  for (const auto& q : c.questions) {
    const auto subject = [&](slot s, const guard::subject& otherwise) {
      return s == detail::run::no_slot ? scalar(otherwise.number) : now[s];
    };
    const auto first = subject(q.first, q.asked.first), second = subject(q.second, q.asked.second);
    detail::run::ask(q, first.value(), second.value());
    if ((first.ref() | second.ref()) & detail::guard_bit)
      detail::note_guard(q.asked.question, q.asked.ask, {first.ref(), first.value()}, {second.ref(), second.value()},
                         q.asked.answer);
  }
  std::vector<scalar> y;
  for (const auto s : c.results) y.push_back(now[s]);
  return y;
}

}  // namespace seegrad
