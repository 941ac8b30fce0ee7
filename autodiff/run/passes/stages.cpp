#include <autodiff/run/machine/machine_code.hpp>
#include <autodiff/run/passes/passes.hpp>

namespace seegrad::detail::run {

auto with_slopes(code c, algebra a) -> code {
  if (a == algebra::fast) {
    simplify(c);
    strengthen(c);
    simplify(c);
    // Here equal values have one adjoint from now on.
    share_common(c);
    spread_sums(c);
    drop_unread(c);
  }
  append_slopes(c);
  simplify(c);
  forget_unread(c);
  share_common(c);
  drop_unread(c);
  return c;
}

auto settle(code& c, const compile_options& o) -> void {
  if (c.is_settled) return;
  c.is_settled = true;
  if (o.algebra == algebra::fast) {
    share_reciprocals(c);
    simplify(c);
    share_common(c);
    drop_unread(c);
  }
  // An interpreter pays for each instruction, and what is short stays near the processor.
  constexpr std::size_t shortest = 256;
  if (o.with != backend::interpreter && machine_code::lanes() > 0 && c.forward >= shortest &&
      c.instructions.size() <= machine_code::most_instructions)
    recompute(c);
}

}  // namespace seegrad::detail::run
