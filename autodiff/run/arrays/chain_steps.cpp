#include <algorithm>
#include <autodiff/ops/structural/structural.hpp>
#include <autodiff/run/arrays/chain_steps.hpp>

namespace seegrad::detail::run {

auto address_of(const array& a) -> std::optional<strip_address> {
  if (a.is_null() || !a.is_contiguous()) return {};
  return strip_address{a.is_number() ? strip_address::fixed : strip_address::whole, a.raw(), 0};
}

namespace {
auto in_strip(std::uint32_t number) -> strip_address { return {strip_address::between, nullptr, number}; }
auto in_array(const array& a) -> strip_address { return {strip_address::whole, a.raw(), 0}; }
}  // namespace

auto chain_steps::value_address(slot s) const -> strip_address {
  return m_.value_strip[s] != none ? in_strip(m_.value_strip[s]) : *address_of(m_.values[s]);
}

auto chain_steps::is_in_one_piece() const -> bool {
  for (auto n = chain_.first; n < chain_.end; ++n) {
    const auto& i = c_.instructions[n];
    if (!quick_[n].value) return false;
    for (std::uint32_t k = 0; k < i.count; ++k)
      if (const auto o = operand(i, k); !is_made_here(o) && !address_of(m_.values[o])) return false;
  }
  return true;
}

// Shapes may still be asked for.
auto chain_steps::take_strip(slot s) -> void {
  m_.value_strip[s] = strips_.take();
  m_.values[s] = stand_in(c_.forms[s].shape, c_.forms[s].type);
}
auto chain_steps::give_value(slot s) -> void {
  if (m_.value_strip[s] != none) strips_.give(std::exchange(m_.value_strip[s], none));
}

auto chain_steps::compute(std::uint32_t n) -> void {
  const auto& i = c_.instructions[n];
  strip_step s{&quick_[n].value, value_address(i.to), {}, i.count};
  for (std::uint32_t k = 0; k < i.count; ++k) s.from[k] = value_address(operand(i, k));
  m_.steps.push_back(s);
}

auto chain_steps::compute_all(sweep follows) -> void {
  for (auto n = chain_.first; n < chain_.end; ++n) {
    const auto& i = c_.instructions[n];
    const bool is_kept = follows == sweep::later && life(i.to).is_read_back && !life(i.to).is_made_again;
    if (life(i.to).last_use < chain_.end && !is_kept) take_strip(i.to);
    else make_room(m_.values[i.to], c_.forms[i.to]);
    compute(n);
    for (std::uint32_t k = 0; k < i.count; ++k)
      if (const auto o = operand(i, k); life(o).last_use == n && !(follows == sweep::at_once && life(o).is_read_back))
        give_value(o);
  }
}

auto chain_steps::sweep_back() -> void {
  for (auto n = chain_.end; n-- > chain_.first;) {
    step_back(n);
    give_read_back(n);
  }
}

auto chain_steps::run() -> void {
  const auto& form = c_.forms[c_.instructions[chain_.first].to];
  run_strips(m_.steps, strips_.most(), elements(form.shape), form.type);
  m_.steps.clear();
  m_.kept.clear();
  m_.in_chain = false;
}

auto chain_steps::forward(bool with_sweep) -> bool {
  if (!(ran_ = is_in_one_piece())) return false;
  m_.in_chain = true;
  compute_all(with_sweep ? sweep::later : sweep::none);
  run();
  return true;
}

auto chain_steps::forward_and_back() -> bool {
  if (!(ran_ = is_in_one_piece())) return false;
  m_.in_chain = true;
  compute_all(sweep::at_once);
  sweep_back();
  run();
  return true;
}

// What was computed forwards, and kept nowhere, from what was.
auto chain_steps::compute_again() -> void {
  for (auto n = chain_.first; n < chain_.end; ++n) {
    const auto& i = c_.instructions[n];
    if (!life(i.to).is_made_again) continue;
    m_.value_strip[i.to] = strips_.take();
    compute(n);
    for (std::uint32_t k = 0; k < i.count; ++k)
      if (const auto o = operand(i, k); life(o).made_again_until == n && !life(o).is_read_back) give_value(o);
  }
}

auto chain_steps::give_read_back(std::uint32_t n) -> void {
  const auto& i = c_.instructions[n];
  const auto give = [&](slot s) {
    if (life(s).read_back_until == n) give_value(s);
  };
  give(i.to);
  for (std::uint32_t k = 0; k < i.count; ++k) give(operand(i, k));
}

// The cotangent of an element-by-element operation; the same number everywhere, as a sum hands it on, is written out for one strip.
auto chain_steps::cotangent_address(slot s) -> strip_address {
  if (m_.adjoint_strip[s] != none) return in_strip(m_.adjoint_strip[s]);
  auto& a = m_.adjoints[s];
  if (!a.is_contiguous() && std::ranges::all_of(a.strides(), [](index_t step) { return step == 0; })) {
    m_.kept.push_back(a.view({}, {}).expand({strip_length}).copy());
    return {strip_address::fixed, m_.kept.back().raw(), 0};
  }
  if (!a.is_contiguous()) a = a.contiguous();
  return in_array(a);
}

auto chain_steps::back() -> bool {
  for (auto n = chain_.first; n < chain_.end; ++n) {
    const auto& i = c_.instructions[n];
    const auto& reads = plan_.uses.vjps_read[n];
    const auto lies_apart = [&](slot s) { return !(ran_ && life(s).is_made_again) && !address_of(m_.values[s]); };
    if (reads[max_arity] && lies_apart(i.to)) return false;
    for (std::uint32_t k = 0; k < i.count; ++k) {
      const auto o = operand(i, k);
      if ((reads[k] && lies_apart(o)) || (c_.has_derivative[o] && !quick_[n].by(k).set)) return false;
    }
  }
  m_.in_chain = true;
  if (ran_) compute_again();
  sweep_back();
  run();
  return true;
}

auto chain_steps::step_back(std::uint32_t n) -> void {
  const auto& i = c_.instructions[n];
  if (!c_.has_derivative[i.to] || (m_.adjoints[i.to].is_null() && m_.adjoint_strip[i.to] == none)) return;
  const auto cotangent = cotangent_address(i.to);
  // Its memory lasts until the steps have been made.
  if (auto& a = m_.adjoints[i.to]; !a.is_null()) m_.kept.push_back(std::move(a)), a = {};
  strip_step s{nullptr, {}, {}, i.count + 2};
  // What no vjp reads may be anything, but for numbers, which are written out.
  const auto& reads = plan_.uses.vjps_read[n];
  const auto value = [&](slot at, bool is_read) { return is_read || m_.values[at].is_number() ? value_address(at) : cotangent; };
  for (std::uint32_t k = 0; k < i.count; ++k) s.from[k] = value(operand(i, k), reads[k]);
  s.from[i.count] = value(i.to, reads[max_arity]);
  s.from[i.count + 1] = cotangent;
  auto own = std::exchange(m_.adjoint_strip[i.to], none);
  auto last = i.count;
  while (last > 0 && !c_.has_derivative[operand(i, last - 1)]) --last;
  for (std::uint32_t k = 0; k < i.count; ++k) {
    const auto o = operand(i, k);
    if (!c_.has_derivative[o]) continue;
    auto& adjoint = m_.adjoints[o];
    auto& strip = m_.adjoint_strip[o];
    const bool is_first = adjoint.is_null() && strip == none;
    const auto& v = quick_[n].by(k);
    if (is_first && is_made_here(o)) {
      const bool is_handed_on = v.hands_on && k + 1 == last && own != none;  // nobody else wants the cotangent any more
      strip = is_handed_on ? std::exchange(own, none) : strips_.take();
      if (is_handed_on) continue;
    } else if (is_first) {
      adjoint = std::exchange(m_.room[o], {});
      make_room(adjoint, c_.forms[o]);
    } else if (strip == none) {
      adjoint.make_writable();
    }
    s.call = is_first ? &v.set : &v.add;
    s.to = strip != none ? in_strip(strip) : in_array(adjoint);
    m_.steps.push_back(s);
  }
  if (own != none) strips_.give(own);
}

}  // namespace seegrad::detail::run
