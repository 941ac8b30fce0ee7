#pragma once
// Names of scopes that are elements of a list: "blocks.0 linear", "blocks.1 linear", … are one scope that repeats.

#include <string>
#include <string_view>

namespace seegrad::detail::see {

/// The name with "#" for each number between dots, so that elements of one list have one pattern.
auto list_pattern(std::string_view name) -> std::string;
/// "blocks.0–3 linear" for the first and the last of a list; the first name if they are not of one list.
auto list_name(std::string_view first, std::string_view last) -> std::string;

}  // namespace seegrad::detail::see
