#pragma once
// What the fuzzer and the replay of its corpus both do with some bytes.

#include <string_view>

namespace seegrad::cli {

/// Runs the bytes as an expression, with a value for every name it reads, through text and JSON, and as a NAME=VALUE argument.
/// Ends the process if an answer or an error message is not what it must be.
auto try_bytes(std::string_view bytes) -> void;

}  // namespace seegrad::cli
