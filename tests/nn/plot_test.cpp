// Plots: what gnuplot is told, what comes out, and what happens when it does not. Without gnuplot only the first is tested.

#include "files.hpp"

#include <autodiff/array/random.hpp>
#include <autodiff/autodiff.hpp>
#include <autodiff/plot/gnuplot.hpp>
#include <autodiff/plot/plot.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <nn/see/histograms.hpp>

using namespace seegrad;

namespace {

const std::string hostile = "a_b {^x} & <i> \"q\" 'p' `touch OWNED` $(touch OWNED) @x %g 100 % \\n ünï";

auto drawn() -> bool {
  const bool there = plot::available();
  if (!there) MESSAGE("not tested: there is no gnuplot (apt-get install gnuplot-nox)");
  return there;
}

// The numbers of the k-th data block of what gnuplot is told.
auto block(const plot& p, int k) -> std::vector<std::string> {
  const auto text = p.to_gnuplot();
  const auto begin = text.find('\n', text.find("$data" + std::to_string(k) + " << END")) + 1;
  std::istringstream in(text.substr(begin, text.find("END\n", begin) - begin));
  return {std::istream_iterator<std::string>(in), {}};
}

}  // namespace

TEST_CASE("data of every type, and of strided arrays") {
  const array x{{1.5, 2.5}, {3.5, 4.5}};
  const std::vector<double> span{5, 6};
  CHECK(block(plot().line("", transpose(x).cast(float32)), 0) ==
        std::vector<std::string>{"0", "1.5", "1", "3.5", "2", "2.5", "3", "4.5"});
  CHECK(block(plot().line("", array{7, 8}), 0) == std::vector<std::string>{"0", "7", "1", "8"});
  CHECK(block(plot().line("", array{true, false}, std::span<const double>(span)), 0) ==
        std::vector<std::string>{"1", "5", "0", "6"});
  CHECK(block(plot().line("", {3, 4}, {0.5, NAN}), 0) == std::vector<std::string>{"3", "0.5", "4", "NaN"});
  CHECK(block(plot().line("", std::vector<float>{0.5f}, std::vector<int>{2}), 0) == std::vector<std::string>{"0.5", "2"});
}

TEST_CASE("a histogram counts every number once, the largest too") {
  // Four bins over 0 to 4: [0, 1) has 0 and 0.5; [1, 2) has 1; [2, 3) none; [3, 4] has 3 and 4. What is not finite is in none.
  const auto p = plot().histogram("", {0, 0.5, 1, 3, 4, NAN, INFINITY}, {.bins = 4});
  CHECK(block(p, 0) == std::vector<std::string>{"0.5", "2", "1.5", "1", "2.5", "0", "3.5", "2"});
  // Two in one panel share their bins.
  const auto two = plot().histogram("a", {0, 2}, {.bins = 2}).histogram("b", {4}, {.bins = 2});
  CHECK(block(two, 0) == std::vector<std::string>{"1", "1", "3", "1"});
  CHECK(block(two, 1) == std::vector<std::string>{"1", "0", "3", "1"});
}

TEST_CASE("histograms of a network: one panel for each parameter, before and now") {
  const nn::state_map now{
      {"a", array{1.0, 2.0, 3.0}}, {"b", array{4.0}}, {"c", array{5.0, 6.0}}, {"count", array{7}}, {"no", zeros({0})}};
  const auto counted = [](const plot& p, int k) {
    double sum = 0;
    const auto numbers = block(p, k);
    for (std::size_t i = 1; i < numbers.size(); i += 2) sum += std::stod(numbers[i]);
    return sum;
  };
  const auto all = nn::histograms(now, {.before = {{"a", array{0.0, 0.0, 4.0}}}});
  const std::vector<double> found{counted(all, 0), counted(all, 1), counted(all, 2), counted(all, 3)};
  CHECK(found == std::vector<double>{3, 3, 1, 2});  // a before and now, b, c; whole numbers are no weights
  CHECK(all.heading() == "Parameters");
  const auto some = nn::histograms(now, {.most = 2});
  CHECK(counted(some, 0) == 3);
  CHECK(counted(some, 1) == 2);
  CHECK(some.heading() == "The 2 largest of 3 parameters");
  CHECK_THROWS_WITH_AS(nn::histograms(now, {.before = {{"c", array{1.0}}}}), "histograms: c is [2], and was [1] before", error);
  CHECK_THROWS_AS(nn::histograms({{"count", array{7}}}), error);
}

TEST_CASE("a long line keeps its ends and what stands out") {
  std::vector<double> y(100'000, 0.0);
  y.front() = 3, y[54'321] = 77, y[54'322] = -55, y.back() = 4;
  const auto numbers = block(plot().line("", y), 0);
  CHECK(numbers.size() <= 2 * 5002);
  const auto has = [&](const char* a, const char* b) {
    for (std::size_t k = 0; k < numbers.size(); k += 2) {
      if (numbers[k] == a && numbers[k + 1] == b) return true;
    }
    return false;
  };
  CHECK(has("0", "3"));
  CHECK(has("54321", "77"));
  CHECK(has("54322", "-55"));
  CHECK(has("99999", "4"));
  CHECK(block(plot().line("", std::vector<double>(5000, 1.0)), 0).size() == 10'000);
}

TEST_CASE("the grid of a function is that of its values") {
  const auto xy = seegrad::detail::grid_points({{-1, 1}, {10, 30}}, 3);
  CHECK(identical(xy, array{{-1.0, 10.0},
                            {0.0, 10.0},
                            {1.0, 10.0},
                            {-1.0, 20.0},
                            {0.0, 20.0},
                            {1.0, 20.0},
                            {-1.0, 30.0},
                            {0.0, 30.0},
                            {1.0, 30.0}}));
  const area over{{0, 2}, {0, 1}};
  const auto by_function =
      plot().regions([](const array& p) { return array(take(p, 0, 1) + 2.0 * take(p, 1, 1)); }, {{0, 1}, {0, 1}}, 2);
  CHECK(block(by_function, 0) == std::vector<std::string>{"0", "1", "2", "3"});
  CHECK_THROWS_WITH_AS(plot().contour([](const array&) { return array{1.0}; }, over),
                       "contour: the function made [1] from [10000x2] points; one number a point is needed", error);
}

TEST_CASE("a confusion matrix is coloured by shares of rows and says counts") {
  const auto p = plot().confusion(array{{30, 10}, {0, 0}}, {"cat", "dog"});
  // The column, the row and the share of each cell.
  CHECK(block(p, 0) == std::vector<std::string>{"0", "0", "0.75", "1", "0", "0.25", "0", "1", "0", "1", "1", "0"});
  CHECK(contains(p.to_gnuplot(), "set label '30' at 0,0"));
  CHECK(contains(p.to_gnuplot(), "set label '10' at 1,0"));
  CHECK(contains(p.to_gnuplot(), "set xlabel 'predicted'"));
  CHECK(contains(p.to_gnuplot(), "set ylabel 'true'"));
}

TEST_CASE("images are shaded from the smallest number to the largest") {
  const array two{{{0.0, 1.0}, {0.5, 1.0}}, {{2.0, 4.0}, {3.0, 4.0}}};
  using words = std::vector<std::string>;
  CHECK(block(plot().images(two), 1) == words{"128", "255", "191", "255"});
  CHECK(block(plot().images(two.cast(float32), {.each = true}), 1) == words{"0", "255", "128", "255"});
  CHECK(block(plot().images(two, {.range = seegrad::detail::plot_range{0, 2}}), 1) == words{"255", "255", "255", "255"});
  CHECK(block(plot().images(array{{{-1.0, 0.5}, {0.0, NAN}}}, {.diverging = true}), 0) == words{"0", "191", "128", "NaN"});
  CHECK(block(plot().images(reshape(two, {2, 1, 2, 2})), 0) == words{"0", "64", "32", "64"});
  // gnuplot draws no image of one row.
  CHECK(block(plot().images(array{{{0.0, 1.0}}}), 0) == words{"0", "255", "0", "255"});
}

TEST_CASE("what cannot be drawn is said, and changes nothing") {
  plot p;
  CHECK_THROWS_WITH_AS(p.line("a", {1, 2, 3}, {1, 2}), "line: 3 x values and 2 y values; there must be as many of both", error);
  CHECK_THROWS_AS(p.points("a", {1}, {1, 2}), error);
  CHECK_THROWS_WITH_AS(p.points(array{{1.0, 2.0}}, array{3}, {"a"}), "points: class 3, and 1 names of classes", error);
  CHECK_THROWS_AS(p.points(array{{1.0, 2.0}}, array{-1}), error);
  CHECK_THROWS_AS(p.points(array{{1.0, 2.0}}, array{0.5}), error);
  CHECK_THROWS_AS(p.points(array{{1.0, 2.0, 3.0}}, array{0}), error);
  CHECK_THROWS_AS(p.histogram("a", {1}, {.bins = 0}), error);
  CHECK_THROWS_AS(p.contour(array{1.0}, {{0, 1}, {0, 1}}), error);
  CHECK_THROWS_AS(p.contour(zeros({2, 2}), {{1, 0}, {0, 1}}), error);
  CHECK_THROWS_AS(p.regions(full({2, 2}, 0.5), {{0, 1}, {0, 1}}), error);
  CHECK_THROWS_AS(p.heat_map(array{1.0}), error);
  CHECK_THROWS_AS(p.heat_map(zeros({2, 2}), {.rows = {"a"}}), error);
  CHECK_THROWS_AS(p.confusion(zeros({2, 3})), error);
  CHECK_THROWS_AS(p.confusion(array{{-1}}), error);
  CHECK_THROWS_AS(p.images(zeros({2, 2})), error);
  CHECK_THROWS_AS(p.images(zeros({2, 3, 4, 4})), error);
  CHECK_THROWS_AS(p.images(zeros({2, 4, 4}), {.captions = {"a"}}), error);
  CHECK_THROWS_AS(p.x_range(1, 1), error);
  CHECK_THROWS_AS(p.y_range(0, NAN), error);
  CHECK_THROWS_AS(p.panels(0, 1), error);
  CHECK_THROWS_AS(plot("", {.width = -1}), error);
  CHECK(p.to_gnuplot() == plot().to_gnuplot());
  CHECK_THROWS_AS(plot().line("a", {1}).log_y().y_range(-2, -1).to_gnuplot(), error);

  p.heat_map(zeros({2, 2}));
  CHECK_THROWS_AS(p.line("a", {1}), error);
  CHECK_THROWS_AS(p.panel("too late"), error);
  plot q;
  q.panels(1, 1).panel("one");
  CHECK_THROWS_AS(q.panel("two"), error);
  CHECK_THROWS_AS(q.save(), error);
  CHECK_THROWS_WITH_AS(q.save("x.gif"), "plot: 'x.gif' has no known suffix; it can be .svg or .png", error);
}

TEST_CASE("text for gnuplot is in single quotes and valid UTF-8") {
  using seegrad::detail::plotting::clean_utf8, seegrad::detail::plotting::quoted, seegrad::detail::plotting::quoted_tic,
      seegrad::detail::plotting::shortened;
  CHECK(quoted("it's\n`x`") == "'it''s `x`'");
  CHECK(quoted("100 %") == "'100 %'");
  CHECK(quoted_tic("100 %") == "'100 %%'");
  CHECK(clean_utf8("ü€😀\t\r\n") == "ü€😀\t\n");
  CHECK(clean_utf8("a\x80z") == "a\xEF\xBF\xBDz");
  CHECK(clean_utf8("\xC0\xAF") == "\xEF\xBF\xBD\xEF\xBF\xBD");  // overlong
  CHECK(clean_utf8("\xED\xA0\x80").size() == 9);                // a surrogate
  CHECK(clean_utf8("\xE2\x82") == "\xEF\xBF\xBD\xEF\xBF\xBD");  // cut off
  CHECK(clean_utf8(std::string("a\0b\x1B", 4)) ==
        "a\xEF\xBF\xBD"
        "b\xEF\xBF\xBD");
  CHECK(shortened("äöü", 3) == "äöü");
  CHECK(shortened("äöüß", 3) == "äö…");
}

TEST_CASE("every kind is drawn, as well-formed SVG that is the same every time") {
  if (!drawn()) return;
  generator random(1);
  const auto xy = randn(random, {30, 2});
  const auto labels = randint(random, {30}, 0, 3);
  plot p;
  p.panels(2, 4).title("All <kinds> & more");
  p.panel("lines").line("first", {1, 2, 3}, {3, 2, 1}).line("second", {1, 2, 3}, {1, NAN, 5}, {.dashed = true}).log_y();
  p.panel("points").points(xy, labels, {"one", "two", "three"});
  p.panel("contour").contour([](const array& at) { return array(take(at, 0, 1)); }, {{-1, 1}, {-1, 1}}).points(xy, labels);
  p.panel("regions").regions(array{{0, 1}, {2, 2}}, {{0, 1}, {0, 1}});
  p.panel("histogram").histogram("h", randn(random, {100}, float32));
  p.panel("heat").heat_map(array{{1.0, -2.0, NAN}});
  p.panel("confusion").confusion(array{{5, 1}, {2, 4}}, {"no", "yes"});
  p.panel("images").images(rand(random, {4, 3, 3}), {.captions = {"w", "x", "y", "z"}, .marked = {true, false, false, true}});
  const auto svg = p.to_svg();
  CHECK(svg == p.to_svg());
  const auto tree = xml(svg);
  CHECK(tree.get<int>("svg.<xmlattr>.width") == p.width());
  CHECK(tree.get<std::string>("svg.title") == "All <kinds> & more");
  const auto said = texts(tree, "text");
  for (const char* word :
       {"All <kinds> & more", "lines", "first", "second", "three", "histogram", "no", "yes", "predicted", "true", "5", "z"})
    CHECK_MESSAGE(std::find(said.begin(), said.end(), word) != said.end(), word);
  CHECK(count(svg, "image-rendering:pixelated") == count(svg, "<image "));
  CHECK(count(svg, "<image ") == 2 + 4);  // matrices are rectangles
}

TEST_CASE("numbers that cannot be drawn leave a panel that says so") {
  if (!drawn()) return;
  plot p;
  p.panels(2, 4);
  p.panel().line("a", {NAN, INFINITY, 1e308});
  p.panel().line("", std::vector<double>{});
  p.panel();
  p.panel().histogram("", {NAN});
  p.panel().heat_map(full({1, 1}, NAN));
  p.panel().images(full({2, 2, 2}, NAN));
  p.panel().line("a", {NAN}).log_y().log_x();
  p.panel().line("a", {-1, 0, 5e-324}).log_y();
  const auto svg = p.to_svg();
  CHECK(count(svg, "nothing to draw: no finite numbers") == 7);
  CHECK(count(svg, "nothing to draw: no positive numbers") == 1);
}

TEST_CASE("numbers that are odd are drawn") {
  if (!drawn()) return;
  const area square{{0, 1}, {0, 1}};
  plot p;
  p.panels(3, 4);
  p.panel().line("a", {5.0});
  p.panel().line("a", {1, 1, 1});
  p.panel().line("a", {1e-300, 1e300}).log_y();
  p.panel().line("a", {-1e300, 1e300});
  p.panel().line("a", {1e-300, 2e-300}).log_y().log_x();
  p.panel().contour(full({3, 3}, 2), square);
  p.panel().contour(full({3, 3}, NAN), square).points("a", {0.5}, {0.5});
  p.panel().histogram("", {3, 3, 3});
  p.panel().heat_map(zeros({1, 300}));
  p.panel().regions(zeros({2, 2}, int64), square);
  p.panel().line("a", {0.31, 0.33}).log_y();
  const auto svg = p.to_svg();
  CHECK_NOTHROW(xml(svg));
  CHECK_FALSE(contains(svg, "nothing to draw"));
}

TEST_CASE("text is shown as it is, and run by nobody") {
  if (!drawn()) return;
  const scratch_folder in;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(in.path);
  const auto file = in / "a 'b' `touch OWNED` & c.svg";
  plot p(file, {.width = 2000, .height = 900});
  p.panels(1, 2).title(hostile);
  p.panel(hostile).line(hostile, {1, 2}, {1, 2}).x_label(hostile).y_label(hostile);
  p.panel(hostile).confusion(array{{1}}, {hostile});
  p.save();
  plot().images(zeros({1, 2, 2}), {.captions = {"it's %d"}}).save(in / "captions.png");
  std::filesystem::current_path(before);
  CHECK(in.files() == 2);
  const auto svg = bytes_of(file);
  const auto said = texts(xml(svg), "text");
  CHECK(std::count(said.begin(), said.end(), hostile) >= 5);
  CHECK(bytes_of(in / "captions.png").starts_with("\x89PNG\r\n"));
}

TEST_CASE("errors leave no file, and keep the one that was there") {
  const scratch_folder in, bin;
  const auto p = plot().line("a", {1, 2});
  fill(in / "old.svg", "old");
  {
    const search_path nothing(bin.path.string());
    CHECK_FALSE(plot::available());
    CHECK_THROWS_WITH_AS(p.save(in / "old.svg"),
                         "plot: the program gnuplot was not found; install it with: apt-get install gnuplot-nox", error);
    fill(bin / "gnuplot", "#!/bin/sh\necho half\necho 'line 7: it is broken' >&2\nexit 3\n");
    CHECK_FALSE(plot::available());
    std::filesystem::permissions(bin / "gnuplot", std::filesystem::perms::owner_all);
    CHECK(plot::available());
    CHECK_THROWS_WITH_AS(p.save(in / "old.svg"), "plot: gnuplot failed: line 7: it is broken", error);
    CHECK_THROWS_AS(p.save(in / "new.svg"), error);
    fill(bin / "gnuplot", "#!/bin/sh\nkill -9 $$\n");
    CHECK_THROWS_WITH_AS(p.save(in / "new.svg"), "plot: gnuplot was ended by signal 9", error);
    fill(bin / "gnuplot", "#!/bin/sh\necho no image\n");
    CHECK_THROWS_AS(p.save(in / "new.svg"), error);
    CHECK_THROWS_AS(p.save(in / "new.png"), error);
  }
  CHECK(bytes_of(in / "old.svg") == "old");
  CHECK(in.files() == 1);
  if (!drawn()) return;
  CHECK_THROWS_AS(p.save(in / "none" / "x.svg"), error);
  p.save(in / "old.svg");
  CHECK(contains(bytes_of(in / "old.svg"), "</svg>"));
  CHECK(in.files() == 1);
}
