#pragma once
// A pass that puts other instructions in the place of some: it goes through them in order and says what stands there now.

#include <autodiff/ops/pointwise/library.hpp>
#include <autodiff/ops/pointwise/list.hpp>
#include <autodiff/run/passes/constants.hpp>
#include <utility>

namespace seegrad::detail::run {

template <class Op>
auto is(const instruction& i) -> bool {
  return i.op == &operation_of<Op>();
}
template <class Op>
auto is_value(const instruction& i) -> bool {
  return i.what == instruction::kind::value && is<Op>(i);
}

class rewriting {
 public:
  explicit rewriting(code& c) : c_(c), numbers_(c) {}

 protected:
  /// f(i) of every instruction as it was, which keeps or replaces it.
  template <class F>
  auto go_through(F f) -> void {
    const auto before = std::exchange(c_.instructions, {});
    c_.instructions.reserve(before.size());
    const auto forward = std::exchange(c_.forward, 0);
    for (std::size_t at = 0; at < before.size(); ++at) {
      if (at == forward) c_.forward = c_.instructions.size();
      f(before[at]);
    }
    if (forward == before.size()) c_.forward = c_.instructions.size();
  }
  auto keep(const instruction& i) -> void { c_.instructions.push_back(i); }
  /// A value in the place of i, in a slot of its own or in that of i.
  template <class Op>
  auto value(const instruction& i, slot a, slot b = no_slot, slot c = no_slot) -> slot {
    return value_in<Op>(static_cast<slot>(c_.slots++), i, a, b, c);
  }
  template <class Op>
  auto value_in(slot to, const instruction& i, slot a, slot b = no_slot, slot c = no_slot) -> slot {
    keep({.op = &operation_of<Op>(), .what = instruction::kind::value, .to = to, .x = {a, b, c}, .node = i.node});
    return to;
  }

  code& c_;
  constants numbers_;
};

}  // namespace seegrad::detail::run
