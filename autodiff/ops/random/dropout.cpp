#include <autodiff/ops/random/dropout.hpp>

#include <fmt/format.h>

namespace seegrad {

auto detail::dropout_mask(const dropout_parameters& p, const array& position, dtype type) -> array {
  generator g(generator::state{p.seed, p.stream, static_cast<std::uint64_t>(position.item())});
  const auto kept = bernoulli(g, p.mask, 1 - p.p, type);
  return p.p == 1 ? kept : kept * (1 / (1 - p.p));
}

auto detail::refuse_mask(const dims& mask, const dims& x) -> void {
  throw error(fmt::format("dropout: a mask {} cannot be repeated over {}", to_string(mask), to_string(x)));
}

auto dropout_op::text(const parameters& p) -> std::string { return fmt::format("p {}", p.p); }

}  // namespace seegrad
