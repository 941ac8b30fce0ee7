#include <autodiff/derive/reads.hpp>
#include <autodiff/ops/structural/structural.hpp>
#include <autodiff/run/passes/passes.hpp>
#include <map>
#include <mutex>

namespace seegrad::detail::run {
namespace {

/// What the vjp of an operation on numbers reads: bit i for operand i, and one more for the result. It is asked once a program.
auto reads_of(const operation& op, int by) -> unsigned {
  static std::mutex access;
  static std::map<std::pair<const operation*, int>, unsigned> known;
  const std::lock_guard lock(access);
  const auto [at, fresh] = known.try_emplace({&op, by}, 0);
  if (fresh) {
    const std::vector<array> x(static_cast<std::size_t>(op.arity), stand_in({1}, float64));
    const auto r = vjp_reads(op, nullptr, by, x);
    for (std::size_t i = 0; i < r.operands.size(); ++i) at->second |= unsigned{r.operands[i]} << i;
    at->second |= unsigned{r.result} << max_arity;
  }
  return at->second;
}

}  // namespace

// A kernel is given memory for every operand, be it some that it does not look at.
auto forget_unread(code& c) -> void {
  const operation* op = nullptr;
  int by = 0;
  unsigned r = 0;
  for (auto& i : c.instructions) {
    if (i.what != instruction::kind::vjp && i.what != instruction::kind::vjp_add) continue;
    if (i.op != op || i.by != by) r = reads_of(*(op = i.op), by = i.by);
    for (int s = 0; s < i.op->arity; ++s)
      if (!(r >> s & 1)) i.x[s] = i.back;
    if (!(r >> max_arity & 1)) i.y = i.back;
  }
}

}  // namespace seegrad::detail::run
