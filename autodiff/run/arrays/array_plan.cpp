#include <autodiff/run/arrays/array_plan.hpp>

#include <algorithm>
#include <autodiff/derive/reads.hpp>
#include <autodiff/ops/structural/structural.hpp>

namespace seegrad::detail::run {
namespace {

constexpr index_t many_elements = 4096;

class planning {
 public:
  explicit planning(const array_code& c)
      : c_(c), instructions_(static_cast<std::uint32_t>(c.instructions.size())), stays_(c.constants.size(), false) {
    const auto slots = c.constants.size();
    p_.is_read_back.assign(slots, false);
    p_.last_use.assign(slots, array_plan::none);
    p_.made_by.assign(slots, array_plan::none);
    first_read_back_.assign(slots, array_plan::none);
  }

  auto run() -> array_plan {
    find_uses();
    find_ends();
    find_chains();
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
    const auto reads = [&](slot s) {
      p_.is_read_back[s] = true;
      first_read_back_[s] = std::min(first_read_back_[s], n);
    };
    for (std::uint32_t k = 0; k < i.count; ++k) {
      if (!c_.has_derivative[operand(i, k)]) continue;
      if (i.of_numbers) {
        for (std::uint32_t j = 0; j < i.count; ++j) reads(operand(i, j));
        reads(i.to);
        continue;
      }
      const auto read = vjp_reads(*i.op, i.parameters.get(), static_cast<int>(k), x);
      for (std::uint32_t j = 0; j < i.count; ++j)
        if (read.operands[j]) reads(operand(i, j));
      if (read.result) reads(i.to);
    }
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
      else p_.done_in_sweep[first_read_back_[s]].push_back(s);
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

  const array_code& c_;
  std::uint32_t instructions_;
  std::vector<bool> stays_;
  std::vector<std::uint32_t> first_read_back_;  // by slot: the instruction whose vjp is the last to read it
  array_plan p_;
};

}  // namespace

auto plan_arrays(const array_code& c) -> array_plan { return planning(c).run(); }

}  // namespace seegrad::detail::run
