#include <autodiff/ops/kernels/pointwise.hpp>
#include <autodiff/run/passes/passes.hpp>

namespace seegrad::detail::run {
namespace {

class sweep_back {
 public:
  explicit sweep_back(code& c)
      : c_(c), depends_(c.slots, false), node_(c.slots, 0), adjoint_(c.slots, no_slot), arrivals_(c.slots, 0) {}

  auto run() -> void {
    for (const auto s : c_.inputs) depends_[s] = true;
    for (const auto& i : c_.instructions) {
      depends_[i.to] = true, node_[i.to] = i.node;
      for (int k = 0; k < i.op->arity; ++k) ++arrivals_[i.x[k]];
    }
    for (const auto s : c_.results) ++arrivals_[s];
    for (const auto s : c_.results) seed(s);
    for (auto at = c_.forward; at-- > 0;) pass_back(c_.instructions[at]);
    for (const auto s : c_.inputs) c_.slopes.push_back(adjoint_[s]);
  }

 private:
  auto fresh() -> slot { return static_cast<slot>(c_.slots++); }

  auto seed(slot result) -> void {
    c_.seeds.push_back(fresh());
    if (!depends_[result]) return;
    auto& adjoint = adjoint_[result];
    if (adjoint == no_slot) {
      adjoint = c_.seeds.back();
      return;
    }
    const auto sum = fresh();
    c_.instructions.push_back({.op = find_operation("add"),
                               .what = instruction::kind::add,
                               .to = sum,
                               .x = {adjoint, c_.seeds.back()},
                               .node = node_[result]});
    adjoint = sum;
  }

  // A copy, since what is appended may move the instructions.
  auto pass_back(const instruction f) -> void {
    const auto back = adjoint_[f.to];
    if (back == no_slot) return;
    for (int s = 0; s < f.op->arity; ++s) {
      const auto o = f.x[s];
      const auto slope = constant_slope(*f.op, s);
      if (!depends_[o] || slope == 0) continue;
      // A sum hands its adjoint on, where nothing else is added to it.
      if (slope == 1 && arrivals_[o] == 1) {
        adjoint_[o] = back;
        continue;
      }
      auto i = f;
      i.by = static_cast<std::uint8_t>(s), i.y = f.to, i.back = back;
      i.what = adjoint_[o] == no_slot ? instruction::kind::vjp : instruction::kind::vjp_add;
      if (adjoint_[o] == no_slot) adjoint_[o] = fresh();
      i.to = adjoint_[o];
      c_.instructions.push_back(i);
    }
  }

  code& c_;
  std::vector<bool> depends_;  // by slot of a value, as are the others
  std::vector<node_id> node_;
  std::vector<slot> adjoint_;
  std::vector<std::uint32_t> arrivals_;  // what its adjoint is the sum of
};

}  // namespace

auto append_slopes(code& c) -> void { sweep_back(c).run(); }

}  // namespace seegrad::detail::run
