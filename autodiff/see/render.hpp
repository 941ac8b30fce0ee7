#pragma once
// Images, drawn by Graphviz inside the program.

#include <filesystem>
#include <string>
#include <string_view>

namespace seegrad::see {

/// The image of a DOT text: "svg", "png" or "pdf". Throws, with what Graphviz said, if it fails.
auto render(const std::string& dot, std::string_view format) -> std::string;

/// Writes a file beside the target and moves it there when it is whole.
auto write_file(const std::filesystem::path& file, std::string_view bytes) -> void;

}  // namespace seegrad::see
