// The page that scripts/examples leaves: of each example what its source says of it, its figures, and what it printed. Called as
// `gallery SOURCES FOLDER NAME…`, it reads FOLDER/NAME/*.svg, output.txt and exit_code, and writes FOLDER/gallery.html.

#include <algorithm>
#include <autodiff/array/error.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <nn/see/report.hpp>

namespace fs = std::filesystem;

namespace {

auto text_of(const fs::path& file) -> std::string {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw seegrad::error(fmt::format("gallery: '{}' cannot be read", file.string()));
  return {std::istreambuf_iterator<char>(in), {}};
}

// The comment that a source begins with, as one paragraph.
auto opening_of(const fs::path& source) -> std::string {
  std::ifstream in(source);
  std::string all, line;
  while (std::getline(in, line) && line.starts_with("//")) {
    line.erase(0, line.find_first_not_of("/ "));
    all += (all.empty() ? "" : " ") + line;
  }
  return all;
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
  page.text(
      "Every example is a program that draws its figures, prints its numbers, and fails if they are not what they should be.");
  std::vector<std::vector<std::string>> rows;
  std::size_t figures = 0;
  for (const auto& name : names) {
    const auto code = text_of(folder / name / "exit_code");
    const auto drawn = figures_in(folder / name).size();
    figures += drawn;
    rows.push_back({name, title_of(opening_of(sources / (name + ".cpp")), ""), std::to_string(drawn),
                    code == "0\n"    ? "reached"
                    : code == "77\n" ? "skipped"
                                     : "FAILED"});
  }
  page.numbers({{"examples", std::to_string(names.size())}, {"figures", std::to_string(figures)}});
  page.table({"program", "what it shows", "figures", "its numbers"}, rows);
  for (const auto& name : names) {
    const auto opening = opening_of(sources / (name + ".cpp"));
    page.section(title_of(opening, name)).text(opening + "\n\nexamples/" + name + ".cpp");
    for (const auto& figure : figures_in(folder / name)) page.figure(text_of(figure), figure.stem().string());
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
