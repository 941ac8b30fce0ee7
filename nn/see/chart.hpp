#pragma once
// Curves as the text of an SVG, drawn in process, for pages that are written while a program runs.
//
//   const std::string svg = line_chart({.x_label = "step", .log_y = true}, {{"loss", steps, losses}});
//
// A NaN, an infinity, and with log_y what is not positive, interrupt a curve.

#include <string>
#include <vector>

namespace seegrad::nn::detail {

struct chart_line {
  std::string name;
  std::vector<double> x, y;
};
struct chart_options {
  std::string x_label = {};
  bool log_y = false;
  int width = 760, height = 300;
};

/// With a legend if there are several lines. Without a number to draw it says so in the place of curves.
auto line_chart(const chart_options& options, const std::vector<chart_line>& lines) -> std::string;

/// Numbers from low to high that are easy to read, 1, 2 or 5 times a power of ten apart; of a logarithmic axis powers of ten.
auto ticks(double low, double high, bool logarithmic) -> std::vector<double>;

}  // namespace seegrad::nn::detail
