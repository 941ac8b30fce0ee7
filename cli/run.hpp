#pragma once
// What the program does with its options, apart from reading them.

#include <iosfwd>
#include <string>
#include <string_view>

#include "options.hpp"

namespace seegrad::cli {

/// What the program ends with, as the man page says.
namespace exit_code {
inline constexpr int fine = 0, wrong = 1, unusable = 2;
}

/// Computes `text`, which came from `o.file` if that is not empty, and prints what the options ask for. Errors are
/// printed to `err` and
/// become an exit code; the only exceptions that leave are those of the streams and of memory.
auto run(std::string_view text, const options& o, std::ostream& out, std::ostream& err) -> int;

}  // namespace seegrad::cli
