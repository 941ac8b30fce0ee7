#pragma once
// A line that is no wider than the terminal: its least important parts are left out.

#include <cstdio>
#include <string>
#include <vector>

namespace seegrad::nn::detail {

struct line_part {
  std::string text;
  int rank;             ///< 0 is the most important; the greatest goes first
  bool is_bar = false;  ///< text is "[" and "]" around as many characters as there are free, 8 to 24, of which `share` are full
  double share = 0;
  std::string brief = {};  ///< in the place of text, where otherwise the last but one would be left out
};

/// The parts that have room in `width` columns, in the order given, two blanks between them. What is left when only one part is, is cut.
auto fitted_line(std::vector<line_part> parts, int width) -> std::string;

/// Columns of the terminal behind the file; where it is none, what COLUMNS says, or 80.
auto columns_of(std::FILE* file) -> int;

}  // namespace seegrad::nn::detail
