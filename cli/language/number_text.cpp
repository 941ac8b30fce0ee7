#include "number_text.hpp"

#include <fmt/format.h>

#include <cmath>

namespace seegrad::cli {

auto number_text(double x, int digits) -> std::string {
  if (x == 0) return "0";
  if (std::isnan(x)) return "nan";
  return fmt::format("{:.{}g}", x, digits);
}

}  // namespace seegrad::cli
