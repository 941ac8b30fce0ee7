#pragma once
// Images, drawn by Graphviz inside the program.

#include <string>
#include <string_view>

namespace seegrad::see {

/// The image of a DOT text: "svg", "png" or "pdf". Throws, with what Graphviz said, if it fails.
auto render(const std::string& dot, std::string_view format, double width = 6.3 * 72) -> std::string;

}  // namespace seegrad::see
