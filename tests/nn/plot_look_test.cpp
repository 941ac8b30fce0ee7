// How plots look: room for numbers, lines that lie on others, colours on light pages and on dark ones.

#include "../contrast.hpp"
#include "files.hpp"

#include <autodiff/array/utf8.hpp>
#include <autodiff/autodiff.hpp>
#include <autodiff/plot/dashes.hpp>
#include <autodiff/plot/plot.hpp>
#include <autodiff/plot/theme.hpp>
#include <autodiff/plot/tics.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <regex>
#include <set>

using namespace seegrad;

TEST_CASE("numbers on an axis have room side by side, and each says another number") {
  using namespace seegrad::detail::plotting;
  // A digit is 7 pixels wide at 12 pixels of height, about, as in Arial and DejaVu Sans; 12 pixels are between two numbers.
  const auto check = [](const std::vector<tic>& tics, double pixels, auto place) {
    CHECK_MESSAGE(tics.size() >= 2, pixels, " ", tics.front().text);
    std::set<std::string> texts;
    for (std::size_t k = 0; k < tics.size(); ++k) {
      texts.insert(tics[k].text);
      if (k == 0) continue;
      const auto letters = static_cast<double>(detail::characters(tics[k].text) + detail::characters(tics[k - 1].text));
      CHECK((place(tics[k].at) - place(tics[k - 1].at)) * pixels >= letters / 2 * 7 + 12);
    }
    CHECK(texts.size() == tics.size());
  };
  for (const auto& [low, high] :
       {std::pair{-0.47, 0.44}, {-0.0004, 0.0003}, {1e-12, 3e-12}, {-7e8, 1e9}, {0.1, 0.1000001}, {0.0, 99.0}})
    for (const double pixels : {150.0, 240.0, 550.0})
      check(even_tics(low, high, {pixels}), pixels, [low = low, high = high](double x) { return (x - low) / (high - low); });
  for (const auto& [low, high] : {std::pair{1e-7, 1e7}, {2.0, 700.0}, {0.2, 0.7}, {1.0, 50.0}})
    check(log_tics(low, high, {240}), 240,
          [low = low, high = high](double x) { return std::log(x / low) / std::log(high / low); });
  std::vector<std::string> said;
  for (const auto& t : even_tics(-1, 1, {410})) said.push_back(t.text);
  CHECK(said == std::vector<std::string>{"−1", "−0.8", "−0.6", "−0.4", "−0.2", "0", "0.2", "0.4", "0.6", "0.8", "1"});
  for (const auto& t : even_tics(1, 4, {500}, true)) CHECK(t.at == std::floor(t.at));
}

TEST_CASE("a line that lies on another has gaps there, and one that crosses it has none") {
  using namespace seegrad::detail::plotting;
  const auto levels = [](const std::vector<traced_line>& lines) {
    std::vector<std::vector<int>> all;
    for (const auto& of : stretches_of(lines, 200, 100)) {
      all.emplace_back();
      for (const auto& s : of) all.back().push_back(s.level);
    }
    return all;
  };
  using found = std::vector<std::vector<int>>;
  const traced_line flat{{0, 50, 200, 50}}, up{{0, 0, 200, 100}}, high{{0, 80, 200, 80}};
  CHECK(levels({flat, up, high}) == found{{0}, {0}, {0}});
  CHECK(levels({flat, flat, flat}) == found{{0}, {1}, {2}});
  const traced_line top{{0, 100, 200, 100}};  // on the frame
  CHECK(levels({top, top}) == found{{0}, {1}});
  // Together up to the middle, and then apart.
  const auto parts = stretches_of({flat, {{0, 50, 100, 50, 200, 90}}}, 200, 100)[1];
  REQUIRE(parts.size() == 2);
  CHECK(parts[0].level == 1);
  CHECK(parts[1].level == 0);
  CHECK(parts[1].from.first == 1);
  CHECK(std::abs(parts[1].from.share * 100 - 5) < 3);  // it rises by 2 pixels in 5
  // A line that is dashed anyway lets see what is below it, and one over it lets it be seen.
  CHECK(levels({flat, {flat.at, true}, {flat.at, true}}) == found{{0}, {1}, {2}});
  CHECK(levels({{{0, 50, 40, 50, NAN, 50, 120, 50, 200, 50}}}) == found{{0, 0}});
  CHECK(levels({flat, {{NAN, 1, 3, NAN}}, {{}}, {{5, 5}}}) == found{{0}, {}, {}, {}});
  CHECK(levels({{{0, 1e300, 200, -1e300}}, {{0, -1e9, 200, 1e9}}}) == found{{0}, {0}});

  const auto text =
      plot().line("a", {0, 1, 2}, {1, 1, 1}, {.dashed = true}).line("b", {1, 1, 1}).line("c", {1, 1, 3}).to_gnuplot();
  // The dashed one is drawn above the others, and the key keeps the order.
  CHECK(text.find("lc rgb '#0072b2' dt (5,10)") < text.size());
  CHECK(text.find("lc rgb '#0072b2' dt (5,10)") > text.find("lc rgb '#009e73' dt (10,5)"));
  CHECK(text.find("title 'a'") < text.find("title 'b'"));
  CHECK(text.find("title 'b'") < text.find("title 'c'"));
  CHECK(count(text, "title '") == 3);
}

TEST_CASE("what is written in a matrix can be read on light pages and on dark ones") {
  using namespace seegrad::detail::plotting;
  for (const auto s : {scale::sequential, scale::diverging})
    for (int k = 0; k <= 1000; ++k) {
      const auto ground = shade(s, k / 1000.0), ink = std::string(ink_on(s, k / 1000.0));
      CAPTURE(k);
      CHECK(contrast(ink, ground) >= 4.5);
      CHECK(contrast(dark_colour(ink), dark_colour(ground, {s})) >= 4.5);
    }
  for (const char* ink : {"#000000", "#1a1a1a", "#333333", "#666666", "#6b6b6b", "#c02d00"}) {
    CHECK(contrast(ink, "#ffffff") >= 4.5);
    CHECK(contrast(dark_colour(ink), dark_colour("#ffffff")) >= 4.5);
  }
  CHECK(contrast("#6b6b6b", shade(scale::sequential, 0.01)) >= 4.5);
  CHECK(contrast("#6b6b6b", shade(scale::diverging, 0.5)) >= 4.5);
  // Lines and marks: 3 : 1 (WCAG 2.1, 1.4.11).
  for (int k = 0; k < 8; ++k) CHECK(contrast(dark_colour(colour(k)), dark_colour("#ffffff")) >= 3);
}

TEST_CASE("a matrix is rectangles, and has a dark page's colours in a sheet of its own") {
  if (!plot::available()) return;
  const auto svg = plot().confusion(array{{30, 10}, {0, 5}}, {"cat", "dog"}).title("fill = 'rgb(1,2,3)'").to_svg();
  CHECK(count(svg, "<image") == 0);
  CHECK(count(svg, "<polygon fill=\"" + seegrad::detail::plotting::shade(seegrad::detail::plotting::scale::sequential, 1) +
                       "\"") == 1);
  CHECK(count(svg, "<polygon fill=\"" + seegrad::detail::plotting::shade(seegrad::detail::plotting::scale::sequential, 0) +
                       "\"") == 1);
  CHECK(count(svg, "<polygon fill=") == 4);
  // Every colour has its rule, and words are no colours.
  CHECK(contains(svg, "<text>fill = 'rgb(1,2,3)'</text>"));
  const auto sheet = svg.substr(svg.find("<style>"), svg.find("</style>") - svg.find("<style>"));
  const auto body = svg.substr(svg.find("</style>"));
  const std::regex colour(" (fill|stroke|color)=\"(#[0-9a-f]{6})\"");
  int n = 0;
  for (auto k = std::sregex_iterator(body.begin(), body.end(), colour); k != std::sregex_iterator(); ++k, ++n)
    CHECK(contains(sheet, "[" + (*k)[1].str() + "=\"" + (*k)[2].str() + "\"]"));
  CHECK(n > 10);
  CHECK_FALSE(contains(body, "=\"rgb("));
  // Only what is a number in colours is turned, and no photograph.
  CHECK(count(plot().images(ones({2, 2, 2})).to_svg(), "class='turned'") == 0);
  CHECK(count(plot().images(array{{{-1.0, 1.0}}}, {.diverging = true}).to_svg(), "class='turned'") == 1);
  CHECK(count(plot().regions(array{{0, 1}, {2, 2}}, {{0, 1}, {0, 1}}).to_svg(), "class='turned'") == 1);
  // Many numbers are an image, for their rectangles would be megabytes.
  CHECK(count(plot().heat_map(zeros({101, 100}), {.numbers = false}).to_svg(), "class='turned'") == 1);
  CHECK(count(plot().heat_map(zeros({100, 100}), {.numbers = false}).to_svg(), "<image") == 0);
}

TEST_CASE("counts that are few stand at whole numbers") {
  CHECK(contains(plot().histogram("", {1, 1, 2}).to_gnuplot(), "set ytics 1\n"));
  CHECK_FALSE(contains(plot().histogram("", std::vector<double>(100, 1.0)).to_gnuplot(), "set ytics 1\n"));
}
