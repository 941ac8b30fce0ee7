#include <autodiff/see/palette.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace seegrad::detail::see {
namespace {

constexpr int steps = 24;
using rgb = std::array<int, 3>;
using ramp = std::array<std::array<char, 8>, steps + 1>;

constexpr auto make_ramp(rgb pale, rgb strong) -> ramp {
  constexpr char digit[] = "0123456789abcdef";
  ramp r{};
  for (int i = 0; i <= steps; ++i) {
    auto& text = r[static_cast<std::size_t>(i)];
    text[0] = '#';
    for (std::size_t j = 0; j < 3; ++j) {
      const int v = (pale[j] * (steps - i) + strong[j] * i) / steps;
      text[1 + 2 * j] = digit[v / 16];
      text[2 + 2 * j] = digit[v % 16];
    }
  }
  return r;
}

constexpr ramp blues = make_ramp({0xf1, 0xf6, 0xfc}, {0x84, 0xbd, 0xe2}),
               oranges = make_ramp({0xff, 0xf5, 0xeb}, {0xfd, 0xae, 0x6b});
// No text stands on these.
constexpr ramp strong_blues = make_ramp({0xff, 0xff, 0xff}, {0x21, 0x71, 0xb5}),
               strong_oranges = make_ramp({0xff, 0xff, 0xff}, {0xd9, 0x48, 0x01});

}  // namespace

auto line_colour(double x) -> std::string_view {
  return !std::isfinite(x) ? ink::odd : x > 0 ? "#4292c6" : x < 0 ? "#e6701d" : ink::faint;
}

auto heat(double x, double largest) -> std::string_view {
  if (!std::isfinite(x)) return "#b06fbf";
  if (x == 0 || !(largest > 0)) return "white";
  const auto step = static_cast<std::size_t>(std::lround(std::min(std::abs(x) / largest, 1.0) * steps));
  return {(x > 0 ? strong_blues : strong_oranges)[step].data(), 7};
}

auto text_colour(double x) -> std::string_view {
  return !std::isfinite(x) ? ink::odd : x > 0 ? ink::positive : x < 0 ? ink::negative : ink::quiet;
}

auto colour_scale::see(double gradient) -> void {
  const double size = std::abs(gradient);
  if (size == 0 || !std::isfinite(size)) return;
  smallest_ = empty_ ? size : std::min(smallest_, size);
  largest_ = empty_ ? size : std::max(largest_, size);
  empty_ = false;
}

auto colour_scale::settle() -> void {
  if (empty_) return;
  high_ = static_cast<int>(std::ceil(std::log10(largest_)));
  low_ = std::clamp(static_cast<int>(std::floor(std::log10(smallest_))), high_ - 8, high_ - 2);
}

auto colour_scale::fill(double gradient) const -> std::string_view {
  if (!std::isfinite(gradient)) return ink::odd_fill;
  if (gradient == 0) return "white";
  const double share = (std::log10(std::abs(gradient)) - low_) / (high_ - low_);
  const auto step = static_cast<std::size_t>(std::lround(std::clamp(share, 0.0, 1.0) * steps));
  return {(gradient > 0 ? blues : oranges)[step].data(), 7};
}

}  // namespace seegrad::detail::see
