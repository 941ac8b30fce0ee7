// Draws graphs of many kinds, and prints a table of how large the pictures are (scripts/pictures).

#include <autodiff/autodiff.hpp>
#include <autodiff/see/picture.hpp>
#include <chrono>
#include <filesystem>
#include <fmt/format.h>
#include <iostream>
#include <regex>

#include "graphs.hpp"

namespace {

using namespace seegrad;

auto file_name(std::string name) -> std::string {
  for (auto& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return name;
}

auto count(const std::string& text, std::string_view what) -> std::size_t {
  std::size_t n = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

auto draw(const pictures::subject& s, const std::filesystem::path& folder) -> void {
  graph g;
  s.record();
  const auto start = std::chrono::steady_clock::now();
  const picture p(g, {.title = s.name});
  const auto svg = p.to_svg();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  static const std::regex size("width=\"([0-9.]+)pt\" height=\"([0-9.]+)pt\"");
  std::smatch found;
  std::regex_search(svg, found, size);
  const double width = std::stod(found[1]), height = std::stod(found[2]);
  fmt::print("| {} | {} | {} | {:.0f} | {:.0f} | {:.1f} | {:.2f} |\n", s.name, g.size(), count(svg, "class=\"node\""), width,
             height, width / height, seconds);
  std::cout << std::flush;
  const auto file = folder / file_name(s.name);
  p.save(file.string() + ".svg"), p.save(file.string() + ".png"), p.save(file.string() + ".html");
}

}  // namespace

int main(int argc, char** argv) {
  const std::filesystem::path folder = argc > 1 ? argv[1] : "pictures";
  std::filesystem::create_directories(folder);
  fmt::print(
      "| graph | nodes | boxes | width, pt | height, pt | width / height | seconds |\n| --- | --- | --- | --- | --- | --- | --- |\n");
  for (const auto& list : {pictures::scalar_subjects(), pictures::network_subjects()})
    for (const auto& s : list) draw(s, folder);
  for (const auto& h : pictures::histories()) {
    graph g;
    const auto states = h.train();
    picture(g, {.collapse_scopes = true, .title = h.name, .states = states}).save(folder / (file_name(h.name) + ".html"));
  }
}
