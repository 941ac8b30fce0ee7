// The page that scripts/examples leaves: of each example what its source says of it, its figures, and what it printed. Called as
// `gallery SOURCES FOLDER NAME…`, it reads FOLDER/NAME/*.svg, output.txt and exit_code, and writes FOLDER/gallery.html.

#include <algorithm>
#include <autodiff/array/error.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <nn/see/report.hpp>
#include <sstream>
#include <utility>

namespace fs = std::filesystem;

namespace {

auto text_of(const fs::path& file) -> std::string {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw seegrad::error(fmt::format("gallery: '{}' cannot be read", file.string()));
  return {std::istreambuf_iterator<char>(in), {}};
}

// The comment that a source begins with. A line that is set in, such as a formula, is a paragraph of its own.
auto opening_of(const std::string& source) -> std::string {
  std::istringstream in(source);
  std::string all, line;
  bool ended = false;  // whether the paragraph has
  while (std::getline(in, line) && line.starts_with("//")) {
    const auto begin = line.find_first_not_of("/ ");
    if (begin == std::string::npos) {
      ended = true;
      continue;
    }
    const bool alone = begin > 3;
    if (!all.empty()) all += ended || alone ? "\n\n" : " ";
    ended = alone;
    line.erase(0, begin);
    // What stands in columns keeps some room between them.
    for (auto k = line.find("  "); k != std::string::npos; k = line.find("  ", k + 5))
      line.replace(k, line.find_first_not_of(' ', k) - k, " \u2003 ");
    all += line;
  }
  return all;
}

// The title of a drawing, where its SVG has one; parts of it may have names, too.
auto caption_of(const std::string& svg, const std::string& otherwise) -> std::string {
  const std::string begin = "<title>";
  const auto at = svg.find(begin);
  const bool is_whole = at < svg.find("<g ") || (at > svg.find("class=\"graph\"") && at < svg.find("<g ", svg.find("<g ") + 1));
  if (at == std::string::npos || !is_whole) return otherwise;
  auto title = svg.substr(at + begin.size(), svg.find('<', at + 1) - at - begin.size());
  for (const auto& [name, sign] : {std::pair("&lt;", "<"), {"&gt;", ">"}, {"&quot;", "\""}, {"&#45;", "-"}, {"&amp;", "&"}})
    for (auto k = title.find(name); k != std::string::npos; k = title.find(name, k + 1))
      title.replace(k, std::string_view(name).size(), sign);
  return title.empty() ? otherwise : title;
}

auto figures_in(const fs::path& folder) -> std::vector<fs::path> {
  std::vector<fs::path> found;
  for (const auto& file : fs::directory_iterator(folder))
    if (file.path().extension() == ".svg") found.push_back(file.path());
  std::sort(found.begin(), found.end());
  return found;
}

// "Softmax and ten classes" of "E14. Softmax and ten classes: a network …".
auto title_of(const std::string& opening, const std::string& name) -> std::string {
  const auto end = opening.find_first_of(":;", 5);
  const auto stop = std::min(end, opening.find(". ", 5));
  return opening.starts_with('E') && stop != std::string::npos ? opening.substr(0, stop) : name;
}

auto write_page(const fs::path& sources, const fs::path& folder, const std::vector<std::string>& names) -> void {
  seegrad::nn::report page(folder / "gallery.html", "seegrad: the examples");
  page.formulas().text(
      "Every example is a program that draws its figures, prints its numbers, and fails if they are not what they should be. "
      "A click on a figure opens it large.");
  std::size_t figures = 0;
  for (const auto& name : names) figures += figures_in(folder / name).size();
  page.numbers({{"examples", std::to_string(names.size())}, {"figures", std::to_string(figures)}}).index();
  for (const auto& name : names) {
    const auto source = text_of(sources / (name + ".cpp"));
    const auto opening = opening_of(source);
    const auto drawn = figures_in(folder / name);
    const auto code = text_of(folder / name / "exit_code");
    const auto end = code == "0\n" ? "" : code == "77\n" ? ", skipped" : ", FAILED";
    page.section(title_of(opening, name), fmt::format("{} figure{}{}", drawn.empty() ? "no" : std::to_string(drawn.size()),
                                                      drawn.size() == 1 ? "" : "s", end))
        .text(opening);
    for (const auto& figure : drawn) {
      const auto svg = text_of(figure);
      page.figure(svg, caption_of(svg, figure.stem().string()));
    }
    page.code(source, fmt::format("Source: examples/{}.cpp", name));
    page.code(text_of(folder / name / "output.txt"));
  }
  page.save();
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 4) throw seegrad::error("usage: gallery SOURCES FOLDER NAME…");
  write_page(argv[1], argv[2], {argv + 3, argv + argc});
} catch (const std::exception& e) {
  fmt::print(stderr, "{}\n", e.what());
  return 1;
}
