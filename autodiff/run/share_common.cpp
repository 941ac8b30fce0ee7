#include <autodiff/run/code.hpp>
#include <bit>
#include <numeric>
#include <unordered_map>

namespace seegrad::run {
namespace {

struct expression {
  const operation* op;
  slot x[max_arity];

  friend auto operator==(const expression&, const expression&) -> bool = default;
};
struct hash_of_expression {
  auto operator()(const expression& e) const -> std::size_t {
    auto h = std::bit_cast<std::uintptr_t>(e.op);
    for (auto s : e.x) h = (h ^ s) * 0x9e3779b97f4a7c15u, h ^= h >> 29;
    return h;
  }
};

auto commutes(const operation& op) -> bool { return op.symbol == "+" || op.symbol == "*"; }

}  // namespace

auto share_common(code& c) -> void {
  std::vector<slot> same(c.slots);
  std::iota(same.begin(), same.end(), slot{0});
  const auto now = [&](slot& s) {
    if (s != no_slot) s = same[s];
  };

  std::unordered_map<std::uint64_t, slot> numbers;
  std::erase_if(c.constants, [&](const constant& k) {
    return (same[k.to] = numbers.try_emplace(std::bit_cast<std::uint64_t>(k.value), k.to).first->second) != k.to;
  });

  std::unordered_map<expression, slot, hash_of_expression> known;
  known.reserve(c.forward);
  std::size_t kept = 0, forward = 0;
  for (std::size_t at = 0; at < c.instructions.size(); ++at) {
    auto i = c.instructions[at];
    const bool is_value = i.what == instruction::kind::value;
    for (auto& x : i.x) now(x);
    now(i.y);
    if (is_value) {
      expression e{i.op, {i.x[0], i.x[1], i.x[2]}};
      if (i.op->arity == 2 && commutes(*i.op) && e.x[0] > e.x[1]) std::swap(e.x[0], e.x[1]);
      if ((same[i.to] = known.try_emplace(e, i.to).first->second) != i.to) continue;
    }
    c.instructions[kept++] = i;
    forward += at < c.forward;
  }
  c.instructions.resize(kept), c.forward = forward;
  for (auto& r : c.results) now(r);
  for (auto& q : c.questions) now(q.first), now(q.second);
}

}  // namespace seegrad::run
