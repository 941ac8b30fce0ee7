#include <autodiff/ops/random/dropout.hpp>

#include <fmt/format.h>

namespace seegrad {

namespace {

auto drawn(const detail::dropout_parameters& p, std::uint64_t position, const dims& shape, dtype type) -> array {
  generator g(generator::state{p.seed, p.stream, position});
  const auto kept = bernoulli(g, shape, 1 - p.p, type);
  return p.p == 1 ? kept : kept * (1 / (1 - p.p));
}

}  // namespace

auto detail::dropout_mask(const detail::dropout_parameters& p, const array& position, dtype type) -> array {
  return drawn(p, static_cast<std::uint64_t>(position.item()), p.mask, type);
}

auto detail::dropout_part(const detail::dropout_parameters& p, const array& position, index_t first, index_t count, dtype type)
    -> array {
  const auto before = first % 2;  // in the block where it begins
  const auto at = static_cast<std::uint64_t>(position.item()) + static_cast<std::uint64_t>(first / 2);
  return drawn(p, at, {before + count}, type).slice(0, before, before + count, 1);
}

auto detail::refuse_mask(const dims& mask, const dims& x) -> void {
  throw error(fmt::format("dropout: a mask {} cannot be repeated over {}", to_string(mask), to_string(x)));
}

auto dropout_op::text(const parameters& p) -> std::string { return fmt::format("p {}", p.p); }

}  // namespace seegrad
