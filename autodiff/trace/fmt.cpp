#include <autodiff/trace/fmt.hpp>

#include <fmt/format.h>  // heavy, and so not in the header

auto fmt::formatter<seegrad::scalar>::format(const seegrad::scalar& x, fmt::format_context& context) const
    -> fmt::format_context::iterator {
  return fmt::formatter<double>::format(x.value(), context);
}
