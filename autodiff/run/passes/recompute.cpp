#include <autodiff/run/one_instruction.hpp>
#include <autodiff/run/passes/passes.hpp>
#include <autodiff/run/passes/reads.hpp>
#include <autodiff/run/passes/rewriting.hpp>

namespace seegrad::detail::run {
namespace {

class recomputing : rewriting {
 public:
  explicit recomputing(code& c)
      : rewriting(c), first_(c.slots, never), last_(c.slots, 0), made_by_(c.slots, never), again_(c.slots, no_slot) {}

  auto run() -> void {
    find_reads();
    const auto all = c_.instructions;
    const auto forward = c_.forward;
    for (std::size_t at = 0; at < forward; ++at)
      if (is_worth_it(all[at])) made_by_[all[at].to] = at;
    std::size_t at = 0;
    go_through([&](instruction i) {
      if (at++ >= forward)
        each_read(i, [&](slot& s) {
          if (s >= made_by_.size() || made_by_[s] == never) return;
          if (again_[s] == no_slot) {
            auto copy = all[made_by_[s]];
            again_[s] = copy.to = static_cast<slot>(c_.slots++);
            keep(copy);
          }
          s = again_[s];
        });
      keep(i);
    });
  }

 private:
  static constexpr auto never = ~std::size_t{0};

  auto find_reads() -> void {
    for (std::size_t at = 0; at < c_.instructions.size(); ++at)
      each_read(c_.instructions[at], [&](slot s) {
        last_[s] = at;
        if (at >= c_.forward) first_[s] = std::min(first_[s], at);
      });
    // What is a result stays where it is.
    for (const auto s : c_.results) first_[s] = last_[s] = never;
  }

  // Of numbers that are there anyway when the sweep back first wants it.
  auto is_worth_it(const instruction& i) const -> bool {
    if (i.what != instruction::kind::value || !is_one_instruction(*i.op)) return false;
    const auto wanted = first_[i.to];
    if (wanted == never) return false;
    for (int k = 0; k < i.op->arity; ++k)
      if (!numbers_.at(i.x[k]) && (made_by_[i.x[k]] != never || last_[i.x[k]] < wanted)) return false;
    return true;
  }

  std::vector<std::size_t> first_, last_;  // by slot: which instruction of the sweep back reads it first, and which of all last
  std::vector<std::size_t> made_by_;       // by slot of a value that is computed again
  std::vector<slot> again_;                // where it then is
};

}  // namespace

auto recompute(code& c) -> void { recomputing(c).run(); }

}  // namespace seegrad::detail::run
