#include <autodiff/run/arrays/array_plan.hpp>

#include <algorithm>
#include <autodiff/derive/reads.hpp>
#include <autodiff/ops/structural/structural.hpp>
#include <autodiff/run/one_instruction.hpp>
#include <unordered_map>

namespace seegrad::detail::run {
namespace {

constexpr index_t many_elements = 4096, worth_making_again = index_t{1} << 20;  // bytes

class planning {
 public:
  planning(const array_code& c, std::span<const prepared_step> quick)
      : c_(c),
        quick_(quick),
        instructions_(static_cast<std::uint32_t>(c.instructions.size())),
        stays_(c.constants.size(), false) {
    const auto slots = c.constants.size();
    p_.is_read_back.assign(slots, false);
    p_.last_use.assign(slots, array_plan::none);
    p_.made_by.assign(slots, array_plan::none);
    p_.read_back_until.assign(slots, array_plan::none);
    p_.made_again_until.assign(slots, array_plan::none);
    p_.is_made_again.assign(slots, false);
    read_back_from_.assign(slots, 0);
    p_.vjps_read.assign(instructions_, {});
    latest_read_back_.assign(instructions_, 0);
  }

  auto run() -> array_plan {
    find_uses();
    find_chains();
    find_at_once();
    // A later chain may read what an earlier one made, which then is kept.
    for (auto c = static_cast<std::uint32_t>(p_.chains.size()); c-- > 0;) find_made_again(c);
    find_ends();
    return std::move(p_);
  }

 private:
  auto operand(const array_instruction& i, std::uint32_t k) const -> std::uint32_t { return c_.operands[i.first + k]; }

  auto find_uses() -> void {
    for (std::uint32_t n = 0; n < instructions_; ++n) {
      const auto& i = c_.instructions[n];
      p_.made_by[i.to] = n;
      for (std::uint32_t k = 0; k < i.count; ++k) p_.last_use[operand(i, k)] = n;
      if (c_.has_derivative[i.to]) find_reads_back(n);
    }
    for (auto s : c_.results) stays_[s] = true;
    for (const auto& i : c_.inputs) stays_[i.slot] = true;
    for (const auto& q : c_.questions) {
      if (q.asked.first.is_node) stays_[q.first] = true;
      if (q.asked.second.is_node) stays_[q.second] = true;
    }
    for (std::size_t s = 0; s < stays_.size(); ++s)
      if (stays_[s] || !c_.constants[s].is_null()) stays_[s] = true, p_.last_use[s] = array_plan::none;
  }

  auto find_reads_back(std::uint32_t n) -> void {
    const auto& i = c_.instructions[n];
    std::vector<array> x;
    for (std::uint32_t k = 0; k < i.count; ++k) {
      const auto& f = c_.forms[operand(i, k)];
      x.push_back(f.is_number ? array(1.0) : stand_in(f.shape, f.type));
    }
    const auto reads = [&](slot s, std::uint32_t at) {
      if (at <= max_arity) p_.vjps_read[n][at] = true;
      read_back(s, n);
      if (p_.made_by[s] != array_plan::none) latest_read_back_[n] = std::max(latest_read_back_[n], p_.made_by[s] + 1);
    };
    for (std::uint32_t k = 0; k < i.count; ++k) {
      if (!c_.has_derivative[operand(i, k)]) continue;
      const auto read = vjp_reads(*i.op, i.parameters.get(), static_cast<int>(k), x);
      for (std::uint32_t j = 0; j < i.count; ++j)
        if (read.operands[j]) reads(operand(i, j), j);
      if (read.result) reads(i.to, max_arity);
    }
  }

  auto read_back(slot s, std::uint32_t by) -> void {
    p_.is_read_back[s] = true;
    p_.read_back_until[s] = std::min(p_.read_back_until[s], by);
    read_back_from_[s] = std::max(read_back_from_[s], by);
  }

  // Memory of some size goes back where it is no longer needed, and may be what the next array gets.
  auto find_ends() -> void {
    for (auto* list : {&p_.done_with_values, &p_.done_before_sweep, &p_.done_in_sweep}) list->resize(instructions_);
    for (std::uint32_t s = 0; s < stays_.size(); ++s) {
      const auto& f = c_.forms[s];
      const auto last = p_.last_use[s];
      if (stays_[s] || last == array_plan::none || f.is_number) continue;
      if (elements(f.shape) * static_cast<index_t>(size_of(f.type)) <= small_bytes) continue;
      p_.done_with_values[last].push_back(s);
      if (!p_.is_read_back[s]) p_.done_before_sweep[last].push_back(s);
      else p_.done_in_sweep[p_.read_back_until[s]].push_back(s);
    }
  }

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
        if (c_.has_derivative[c_.instructions[known - 1].to] && latest_read_back_[known - 1] > first) return;
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
      const auto by = p_.made_by[s];
      return by >= chain.first && by < chain.end && p_.last_use[s] < chain.end && is_one_instruction(*c_.instructions[by].op) &&
             (!p_.is_read_back[s] || read_back_from_[s] < chain.end);
    };
    std::vector<slot> again;
    std::unordered_map<slot, std::uint32_t> until;  // what that is made of, and the last instruction that reads it
    std::size_t saved = 0, taken = 0;
    for (auto n = chain.end; n-- > chain.first;) {
      const auto& i = c_.instructions[n];
      if (!is_prepared(n)) return;
      if (!is_again(i.to) || !(p_.is_read_back[i.to] || until.contains(i.to))) continue;
      again.push_back(i.to);
      if (p_.is_read_back[i.to]) ++saved;
      for (std::uint32_t k = 0; k < i.count; ++k) until.try_emplace(operand(i, k), n);
    }
    for (const auto& [s, n] : until)
      if (!is_again(s) && !stays_[s] && !p_.is_read_back[s] && !c_.forms[s].is_number) ++taken;
    if (taken >= saved) return;
    for (const auto s : again) p_.is_made_again[s] = true;
    for (const auto& [s, n] : until) {
      if (!is_again(s)) read_back(s, chain.first);
      else p_.made_again_until[s] = n;
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
  std::uint32_t instructions_;
  std::vector<bool> stays_;
  std::vector<std::uint32_t> latest_read_back_;  // by instruction: of what its vjps read the last that is made, and one more
  std::vector<std::uint32_t> read_back_from_;    // by slot: the instruction whose vjp is the first to read it
  array_plan p_;
};

}  // namespace

auto plan_arrays(const array_code& c, std::span<const prepared_step> quick) -> array_plan { return planning(c, quick).run(); }

}  // namespace seegrad::detail::run
