#pragma once
// How well two colours "#rrggbb" are told apart, as WCAG 2.1 defines it: 1 to 21, of which text needs 4.5 and lines need 3.

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

inline auto luminance(std::string_view colour) -> double {
  const auto channel = [&](std::size_t i) {
    const double c = std::stoi(std::string(colour.substr(1 + 2 * i, 2)), nullptr, 16) / 255.0;
    return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * channel(0) + 0.7152 * channel(1) + 0.0722 * channel(2);
}

inline auto contrast(std::string_view a, std::string_view b) -> double {
  const double x = luminance(a), y = luminance(b);
  return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}
