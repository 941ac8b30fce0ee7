#pragma once
// What an instruction reads.

#include <autodiff/run/code.hpp>

namespace seegrad::detail::run {

/// f of every slot that it reads, by reference; of what is added to as well.
template <class I, class F>
auto each_read(I& i, F f) -> void {
  for (auto& x : i.x)
    if (x != no_slot) f(x);
  if (i.y != no_slot) f(i.y);
  if (i.back != no_slot) f(i.back);
  if (i.what == instruction::kind::vjp_add) f(i.to);
}

inline auto is_vjp(const instruction& i) -> bool {
  return i.what == instruction::kind::vjp || i.what == instruction::kind::vjp_add;
}

/// How often each slot is read; once more for a result, a derivative, or a side of a question.
inline auto count_reads(const code& c) -> std::vector<std::uint32_t> {
  std::vector<std::uint32_t> reads(c.slots, 0);
  const auto read = [&](slot s) {
    if (s != no_slot) ++reads[s];
  };
  for (const auto& i : c.instructions) each_read(i, read);
  for (const auto* list : {&c.results, &c.slopes})
    for (const auto s : *list) read(s);
  for (const auto& q : c.questions) read(q.first), read(q.second);
  return reads;
}

/// How often each slot is written: an adjoint that is a sum more than once.
inline auto count_writes(const code& c) -> std::vector<std::uint32_t> {
  std::vector<std::uint32_t> writes(c.slots, 0);
  for (const auto& i : c.instructions) ++writes[i.to];
  return writes;
}

}  // namespace seegrad::detail::run
