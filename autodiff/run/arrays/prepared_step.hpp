#pragma once
// An instruction with all settled that is known before the numbers are (graph/prepared.hpp).

#include <array>
#include <autodiff/graph/operation.hpp>

namespace seegrad::detail::run {

struct prepared_vjp {
  bool hands_on = false;  ///< the operand gets the cotangent as it is
  prepared set, add;
};

struct prepared_step {
  prepared value;
  std::array<prepared_vjp, max_arity> vjp;

  /// By operand k; of nothing behind the first few, of which only lists have more.
  auto by(std::uint32_t k) const -> const prepared_vjp& {
    static const prepared_vjp nothing;
    return k < max_arity ? vjp[k] : nothing;
  }
};

}  // namespace seegrad::detail::run
