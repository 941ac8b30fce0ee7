#include <algorithm>
#include <autodiff/run/arrays/array_plan.hpp>
#include <autodiff/run/one_instruction.hpp>
#include <unordered_map>

namespace seegrad::detail::run {
namespace {

constexpr index_t many_elements = 4096, worth_making_again = index_t{1} << 20;  // bytes

class planning {
 public:
  planning(const array_code& c, std::span<const prepared_step> quick, array_plan& plan)
      : c_(c), quick_(quick), p_(plan), instructions_(static_cast<std::uint32_t>(c.instructions.size())) {}

  auto run() -> void {
    find_chains();
    find_at_once();
    // A later chain may read what an earlier one made, which then is kept.
    for (auto c = static_cast<std::uint32_t>(p_.chains.size()); c-- > 0;) find_made_again(c);
  }

 private:
  auto operand(const array_instruction& i, std::uint32_t k) const -> std::uint32_t { return c_.operands[i.first + k]; }
  auto life(slot s) -> slot_life& { return p_.uses.of_slot[s]; }

  auto goes_by_element(const array_instruction& i) const -> bool {
    if (i.of_numbers || i.is_number || i.op->is_structural()) return false;
    const auto& y = c_.forms[i.to];
    if (!is_floating(y.type) || elements(y.shape) < many_elements) return false;
    for (std::uint32_t k = 0; k < i.count; ++k) {
      const auto& x = c_.forms[operand(i, k)];
      const bool is_whole = !x.is_number && x.type == y.type && x.shape == y.shape;
      const bool is_number = x.is_number && x.type == float64 && !c_.has_derivative[operand(i, k)];
      if (!is_whole && !is_number) return false;
    }
    return true;
  }

  auto find_chains() -> void {
    p_.chain_of.assign(instructions_, array_plan::none);
    for (std::uint32_t n = 0; n < instructions_;) {
      auto end = n;
      const auto like = [&](std::uint32_t m) {
        const auto &a = c_.forms[c_.instructions[n].to], &b = c_.forms[c_.instructions[m].to];
        return a.type == b.type && a.shape == b.shape;
      };
      while (end < instructions_ && goes_by_element(c_.instructions[end]) && like(end)) ++end;
      if (end - n > 1) {
        std::fill(p_.chain_of.begin() + n, p_.chain_of.begin() + end, static_cast<std::uint32_t>(p_.chains.size()));
        p_.chains.push_back({n, end});
      }
      n = std::max(end, n + 1);
    }
  }

  // The last chain of those that derivatives pass, if nothing that is swept back before it reads a number that it makes, or that comes after it.
  auto find_at_once() -> void {
    auto known = instructions_;  // from here on
    for (auto c = static_cast<std::uint32_t>(p_.chains.size()); c-- > 0;) {
      const auto [first, end] = p_.chains[c];
      for (; known > end; --known)
        if (c_.has_derivative[c_.instructions[known - 1].to] && p_.uses.latest_read_back[known - 1] > first) return;
      bool passes = false, can = true;
      for (auto n = first; n < end; ++n) passes |= c_.has_derivative[c_.instructions[n].to], can = can && is_prepared(n);
      if (!passes) continue;
      if (can) p_.at_once = c;
      return;
    }
  }

  // What only this chain reads, forwards and back, is not kept where the sweep back has it again by one instruction of the processor from what is
  // kept anyway, and arrays are so large that keeping takes longer.
  auto find_made_again(std::uint32_t number) -> void {
    const auto& chain = p_.chains[number];
    const auto& form = c_.forms[c_.instructions[chain.first].to];
    if (number == p_.at_once || elements(form.shape) * static_cast<index_t>(size_of(form.type)) < worth_making_again) return;
    const auto is_again = [&](slot s) {
      const auto& of = life(s);
      return of.made_by >= chain.first && of.made_by < chain.end && of.last_use < chain.end &&
             is_one_instruction(*c_.instructions[of.made_by].op) && (!of.is_read_back || of.read_back_from < chain.end);
    };
    std::vector<slot> again;
    std::unordered_map<slot, std::uint32_t> until;  // what that is made of, and the last instruction that reads it
    std::size_t saved = 0, taken = 0;
    for (auto n = chain.end; n-- > chain.first;) {
      const auto& i = c_.instructions[n];
      if (!is_prepared(n)) return;
      if (!is_again(i.to) || !(life(i.to).is_read_back || until.contains(i.to))) continue;
      again.push_back(i.to);
      if (life(i.to).is_read_back) ++saved;
      for (std::uint32_t k = 0; k < i.count; ++k) until.try_emplace(operand(i, k), n);
    }
    for (const auto& [s, n] : until)
      if (!is_again(s) && !life(s).stays && !life(s).is_read_back && !c_.forms[s].is_number) ++taken;
    if (taken >= saved) return;
    for (const auto s : again) life(s).is_made_again = true;
    for (const auto& [s, n] : until) {
      if (!is_again(s)) life(s).read_back(chain.first);
      else life(s).made_again_until = n;
    }
  }

  // Forwards and back.
  auto is_prepared(std::uint32_t n) const -> bool {
    const auto& i = c_.instructions[n];
    if (!quick_[n].value) return false;
    for (std::uint32_t k = 0; k < i.count; ++k)
      if (c_.has_derivative[operand(i, k)] && !quick_[n].by(k).set) return false;
    return true;
  }

  const array_code& c_;
  std::span<const prepared_step> quick_;
  array_plan& p_;
  std::uint32_t instructions_;
};

}  // namespace

auto plan_chains(const array_code& c, std::span<const prepared_step> quick, array_plan& plan) -> void {
  planning(c, quick, plan).run();
}

}  // namespace seegrad::detail::run
