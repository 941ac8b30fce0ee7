#include <autodiff/run/arrays/array_plan.hpp>

namespace seegrad::detail::run {
namespace {

// Memory of some size goes back where it is no longer needed, and may be what the next array gets.
auto find_ends(const array_code& c, array_plan& plan) -> void {
  for (auto* list : {&plan.done_with_values, &plan.done_before_sweep, &plan.done_in_sweep}) list->resize(c.instructions.size());
  for (std::uint32_t s = 0; s < plan.uses.of_slot.size(); ++s) {
    const auto& f = c.forms[s];
    const auto& life = plan.uses.of_slot[s];
    if (life.stays || life.last_use == slot_life::none || f.is_number) continue;
    if (elements(f.shape) * static_cast<index_t>(size_of(f.type)) <= small_bytes) continue;
    plan.done_with_values[life.last_use].push_back(s);
    if (!life.is_read_back) plan.done_before_sweep[life.last_use].push_back(s);
    else plan.done_in_sweep[life.read_back_until].push_back(s);
  }
}

}  // namespace

auto plan_arrays(const array_code& c, std::span<const prepared_step> quick) -> array_plan {
  array_plan plan;
  plan.uses = find_uses(c);
  plan_chains(c, quick, plan);
  find_ends(c, plan);
  return plan;
}

}  // namespace seegrad::detail::run
