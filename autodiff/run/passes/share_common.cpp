#include <autodiff/run/passes/passes.hpp>
#include <autodiff/run/passes/reads.hpp>
#include <bit>
#include <numeric>
#include <unordered_map>

namespace seegrad::detail::run {
namespace {

struct expression {
  const operation* op;
  slot x[max_arity], y, back;  // the last two of a derivative
  std::uint8_t by;

  friend auto operator==(const expression&, const expression&) -> bool = default;
};

/// Expressions and the slots they are in: open addressing, as there is one for each instruction.
class expression_table {
 public:
  explicit expression_table(std::size_t count) : at_(std::bit_ceil(2 * count + 2), no_slot), expressions_(at_.size()) {}

  /// The slot that holds it; `otherwise` if it is new.
  auto slot_of(const expression& e, slot otherwise) -> slot {
    auto h = std::bit_cast<std::uintptr_t>(e.op);
    for (auto s : {e.x[0], e.x[1], e.x[2], e.y, e.back, slot{e.by}}) h = (h ^ s) * 0x9e3779b97f4a7c15u, h ^= h >> 29;
    for (;; ++h) {
      const auto i = h & (at_.size() - 1);
      if (at_[i] == no_slot) return expressions_[i] = e, at_[i] = otherwise;
      if (expressions_[i] == e) return at_[i];
    }
  }

 private:
  std::vector<slot> at_;
  std::vector<expression> expressions_;
};

auto commutes(const operation& op) -> bool { return op.symbol == "+" || op.symbol == "*"; }

}  // namespace

auto share_common(code& c) -> void {
  std::vector<slot> same(c.slots);
  std::iota(same.begin(), same.end(), slot{0});
  const auto now = [&](slot& s) {
    if (s != no_slot) s = same[s];
  };
  const auto writes = count_writes(c);

  std::unordered_map<std::uint64_t, slot> numbers;
  std::erase_if(c.constants, [&](const constant& k) {
    return (same[k.to] = numbers.try_emplace(std::bit_cast<std::uint64_t>(k.value), k.to).first->second) != k.to;
  });

  expression_table known(c.instructions.size());
  std::size_t kept = 0, forward = 0;
  for (std::size_t at = 0; at < c.instructions.size(); ++at) {
    auto i = c.instructions[at];
    each_read(i, now);
    // An adjoint that is a sum is what it is only once all of it is there.
    if (i.what != instruction::kind::add && writes[i.to] == 1) {
      expression e{i.op, {i.x[0], i.x[1], i.x[2]}, i.y, i.back, i.by};
      if (!is_vjp(i) && i.op->arity == 2 && commutes(*i.op) && e.x[0] > e.x[1]) std::swap(e.x[0], e.x[1]);
      if ((same[i.to] = known.slot_of(e, i.to)) != i.to) continue;
    }
    c.instructions[kept++] = i;
    forward += at < c.forward;
  }
  c.instructions.resize(kept), c.forward = forward;
  for (auto* list : {&c.results, &c.slopes})
    for (auto& s : *list) now(s);
  for (auto& q : c.questions) now(q.first), now(q.second);
}

}  // namespace seegrad::detail::run
