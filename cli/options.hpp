#pragma once
// What the command line asks for.

#include <span>
#include <string>
#include <vector>

namespace seegrad::cli {

struct options {
  std::string expression;           ///< meaningful if `file` is empty
  std::string file;                 ///< "-" is standard input
  std::vector<std::string> inputs;  ///< NAME=VALUE
  std::vector<std::string> claims;  ///< NAME=VALUE
  std::vector<std::string> whys;    ///< names
  std::vector<std::string> pictures;
  std::string between;  ///< "NAME:NAME": only what lies between them is drawn
  std::string around;   ///< "NAME" or "NAME:STEPS": only what is near it is drawn
  bool check = false, second = false, rounding = false, json = false, all = false;
  int digits = 6, picture_digits = 4;
  bool colour = false;

  std::string answer;  ///< text to print in place of everything else, such as the help
};

/// Reads the arguments after the program's name. Throws seegrad::error with what is wrong. `terminal` says whether standard input
/// is one, from which no expression is read unasked.
auto parse_options(std::span<const char* const> arguments, bool terminal) -> options;

/// The functions an expression may use, one a line.
auto list_of_functions() -> std::string;

}  // namespace seegrad::cli
