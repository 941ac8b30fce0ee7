#include "named_node.hpp"

#include <fmt/format.h>

#include "language/similar.hpp"

namespace seegrad::cli {

auto named_node(std::string_view name, const recording& r) -> scalar {
  const auto x = r.find(name);
  const place at{0, static_cast<std::uint32_t>(name.size())};
  if (!x) throw complaint(at, fmt::format("there is no '{}' in the expression{}", name, did_you_mean(name, r.names())));
  if (x->is_constant()) throw complaint(at, fmt::format("'{}' is a constant, and has no derivative", name));
  return *x;
}

}  // namespace seegrad::cli
