#pragma once
// Another program, run to its end.

#include <string>
#include <string_view>
#include <vector>

namespace seegrad::detail {

struct child_result {
  int exit_code = 0;         ///< negative: the signal that ended it
  std::string output, said;  ///< what it wrote to its standard output, and to its standard error
};

/// Whether there is such a program in PATH, or at that path if it has a slash.
auto program_found(std::string_view name) -> bool;
/// Runs it with `input` as its standard input. Throws, in the name of `who`, if it cannot be started.
auto run_child(std::string_view who, const std::vector<std::string>& command, std::string_view input) -> child_result;
/// The last line of what a program said that is not empty.
auto last_line(std::string_view said) -> std::string;

}  // namespace seegrad::detail
