#include <autodiff/run/arrays/array_uses.hpp>

#include <autodiff/derive/reads.hpp>
#include <autodiff/ops/structural/structural.hpp>

namespace seegrad::detail::run {
namespace {

auto note_reads_back(const array_code& c, std::uint32_t n, array_uses& uses) -> void {
  const auto& i = c.instructions[n];
  const auto operand = [&](std::uint32_t k) { return c.operands[i.first + k]; };
  std::vector<array> x;
  for (std::uint32_t k = 0; k < i.count; ++k) {
    const auto& f = c.forms[operand(k)];
    x.push_back(f.is_number ? array(1.0) : stand_in(f.shape, f.type));
  }
  const auto note = [&](slot s, std::uint32_t at) {
    if (at <= max_arity) uses.vjps_read[n][at] = true;
    auto& life = uses.of_slot[s];
    life.read_back(n);
    if (life.made_by != slot_life::none) uses.latest_read_back[n] = std::max(uses.latest_read_back[n], life.made_by + 1);
  };
  for (std::uint32_t k = 0; k < i.count; ++k) {
    if (!c.has_derivative[operand(k)]) continue;
    const auto read = vjp_reads(*i.op, i.parameters.get(), static_cast<int>(k), x);
    for (std::uint32_t j = 0; j < i.count; ++j)
      if (read.operands[j]) note(operand(j), j);
    if (read.result) note(i.to, max_arity);
  }
}

}  // namespace

auto find_uses(const array_code& c) -> array_uses {
  const auto instructions = static_cast<std::uint32_t>(c.instructions.size());
  array_uses uses;
  uses.of_slot.resize(c.constants.size());
  uses.vjps_read.assign(instructions, {});
  uses.latest_read_back.assign(instructions, 0);
  for (std::uint32_t n = 0; n < instructions; ++n) {
    const auto& i = c.instructions[n];
    uses.of_slot[i.to].made_by = n;
    for (std::uint32_t k = 0; k < i.count; ++k) uses.of_slot[c.operands[i.first + k]].last_use = n;
    if (c.has_derivative[i.to]) note_reads_back(c, n, uses);
  }
  for (auto s : c.results) uses.of_slot[s].stays = true;
  for (const auto& i : c.inputs) uses.of_slot[i.slot].stays = true;
  for (const auto& q : c.questions) {
    if (q.asked.first.is_node) uses.of_slot[q.first].stays = true;
    if (q.asked.second.is_node) uses.of_slot[q.second].stays = true;
  }
  for (std::size_t s = 0; s < c.constants.size(); ++s) {
    auto& life = uses.of_slot[s];
    if (!c.constants[s].is_null()) life.stays = true;
    if (life.stays) life.last_use = slot_life::none;
  }
  return uses;
}

}  // namespace seegrad::detail::run
