#pragma once
// Images, drawn by Graphviz inside the program.

#include <string>
#include <string_view>

namespace seegrad::detail::see {

enum class heading { shown, hidden };

/// The image of a DOT text: "svg", "png" or "pdf", so many points wide at most where it can be read then; with its title and legend unless told
/// otherwise. Throws, with what Graphviz said, if it fails.
auto render(const std::string& dot, std::string_view format, double width = 6.3 * 72, heading how = heading::shown)
    -> std::string;

}  // namespace seegrad::detail::see
