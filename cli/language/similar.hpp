#pragma once
// "Did you mean": the known name nearest to a mistyped one.

#include <span>
#include <string>
#include <string_view>

namespace seegrad::cli {

/// The candidate that one or two slips (a letter too many, too few, wrong, or swapped with its neighbour) away from `name`, or
/// different in case only; empty if none is that near.
auto most_similar(std::string_view name, std::span<const std::string_view> candidates) -> std::string_view;

/// "; did you mean 'x'?" or nothing.
auto did_you_mean(std::string_view name, std::span<const std::string_view> candidates) -> std::string;

/// What to say of a function that is not in the library's list.
auto unknown_function(std::string_view name) -> std::string;

}  // namespace seegrad::cli
