#pragma once
// Colours: blue for a positive gradient, orange for a negative one, which colour-blind readers tell apart as well, the stronger
// the larger its logarithm. Ends of ColorBrewer's Blues and Oranges, light enough for dark text of every colour used here
// to keep a contrast of 4.5 : 1.

#include <span>
#include <string_view>

namespace seegrad::detail::see {

namespace ink {
inline constexpr std::string_view text = "#1a1a1a", quiet = "#5f5f5f", label = "#3d3d3d", border = "#5f6670", faint = "#a3a8ae",
                                  positive = "#08458a", negative = "#8a2c04", good = "#0f5138", doubtful = "#5c4400",
                                  bad = "#8c0f20", odd_fill = "#e7d4e8", odd = "#762a83", unknown_fill = "#f0f0f0";
}

/// The line of an edge that carries `x` back.
auto line_colour(double x) -> std::string_view;
/// A cell of a heat map in which the largest size is `largest`.
auto heat(double x, double largest) -> std::string_view;
/// The text of a gradient or a contribution.
auto text_colour(double x) -> std::string_view;

/// The colours of gradients between two powers of ten.
class colour_scale {
 public:
  /// Reaches from the smallest to the largest of the sizes seen, over two decades at least and eight at most.
  auto see(double gradient) -> void;
  auto settle() -> void;
  auto fill(double gradient) const -> std::string_view;
  /// Powers of ten: fill(±10^low) is the palest colour, fill(±10^high) the strongest.
  auto low() const -> int { return low_; }
  auto high() const -> int { return high_; }
  auto empty() const -> bool { return empty_; }

 private:
  double smallest_ = 0, largest_ = 0;
  int low_ = 0, high_ = 2;
  bool empty_ = true;
};

}  // namespace seegrad::detail::see
