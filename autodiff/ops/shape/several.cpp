#include <autodiff/ops/shape/several.hpp>

#include <autodiff/array/copy.hpp>
#include <fmt/format.h>

namespace seegrad {

auto part_op::value(const parameters& p, std::span<const array> x) -> array {
  const auto n = elements(p.shape);
  if (x[0].rank() != 1 || p.start < 0 || p.start + n > x[0].size())
    throw error(fmt::format("part: {} has no {} elements from {} on in one line", to_string(x[0].shape()), n, p.start));
  return x[0].slice(0, p.start, p.start + n, 1).reshape(p.shape);
}

auto part_op::result(const parameters& p, std::span<const array> x) -> array { return value(p, x); }  // a view

auto part_op::vjp_into(const parameters& p, int, std::span<const array>, const array&, const array& g, array& adjoint) -> void {
  detail::add_to_part(adjoint, g.cast(adjoint.type()), detail::row_major(p.shape), p.start);
}

auto part_op::text(const parameters& p) -> std::string {
  return fmt::format("{}, {} from {} on", p.name, to_string(p.shape), p.start);
}

namespace detail {
auto line_of(std::span<const array> parts) -> array {
  index_t n = 0;
  for (const auto& part : parts) n += part.size();
  return stand_in({n}, parts[0].type());
}

auto one_behind_the_other(std::span<const array> parts) -> array {
  std::vector<array> lines;
  for (const auto& part : parts) lines.push_back(part.reshape({-1}));
  return concatenated(lines, 0);
}
}  // namespace detail

}  // namespace seegrad
