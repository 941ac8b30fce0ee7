#include <nn/layer/layer.hpp>

#include <cmath>
#include <fmt/format.h>

namespace seegrad::nn::detail {

auto first_weights(const dims& shape, index_t fan_in, dtype type) -> parameter {
  if (fan_in == 0 || elements(shape) == 0) return parameter(zeros(shape, type));
  const auto bound = 1 / std::sqrt(static_cast<double>(fan_in));
  return parameter(uniform(default_generator(), shape, -bound, bound, type));
}

auto at_least(index_t least, index_t n, std::string_view what, std::string_view who) -> index_t {
  if (n < least) throw error(fmt::format("{}: {} must be at least {}, and is {}", who, what, least, n));
  if (n > index_t{1} << 48) throw error(fmt::format("{}: {} is {}, which is more than memory could hold", who, what, n));
  return n;
}

}  // namespace seegrad::nn::detail
