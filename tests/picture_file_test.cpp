// Pictures as files and images, and what is said when that fails.

#include "picture_support.hpp"
#include "scratch_folder.hpp"

#include <autodiff/see/picture.hpp>
#include <autodiff/see/render.hpp>
#include <doctest/doctest.h>
#include <thread>

TEST_CASE("errors") {
  CHECK(contains(message_of([] { picture(scalar(3.0)); }), "y is a constant (3)"));
  CHECK(contains(message_of([] { to_dot(2.5); }), "constant"));
  graph g;
  CHECK(contains(message_of([&] { picture{g}; }), "the graph is empty"));
  const scalar x = input(1.0);
  CHECK(contains(message_of([&] { picture(x).save("x.bmp"); }), ".dot, .gv, .svg, .png, .pdf or .html"));
  CHECK(contains(message_of([&] { picture(x).save("x"); }), "suffix"));
  const auto nowhere = message_of([&] { picture(x).save("/nowhere at all/x.dot"); });
  CHECK(contains(nowhere, "cannot write '/nowhere at all/x.dot': "));
  CHECK(contains(nowhere, "No such file"));
  CHECK(!fs::exists("/nowhere at all"));
  const scratch_folder f;
  std::ofstream(f.path / "file") << "text";
  CHECK(contains(message_of([&] { picture(x).save(f.path / "file" / "x.dot"); }), "cannot write"));
  fs::create_directory(f.path / "folder.dot");
  CHECK(contains(message_of([&] { picture(x).save(f.path / "folder.dot"); }), "directory"));
  CHECK(f.files() == 2);  // nothing was left behind
}

TEST_CASE("files are replaced as a whole") {
  graph g;
  const scalar x = input(1.0);
  const scratch_folder f;
  const auto file = f.path / "a b.DOT";
  std::ofstream(file) << std::string(100'000, '#');
  picture(x).save(file);
  CHECK(bytes_of(file) == to_dot(x));
  fs::create_symlink(file, f.path / "link.gv");
  picture(x, {.title = "new"}).save(f.path / "link.gv");
  CHECK(fs::is_symlink(f.path / "link.gv"));
  CHECK(bytes_of(file) == to_dot(x, {.title = "new"}));
  CHECK(f.files() == 2);
}

#ifdef SEEGRAD_PICTURES

TEST_CASE("images") {
  example e;
  backward(e.J);
  const picture p(e.J);
  const scratch_folder f;
  for (const auto* name : {"J.svg", "J.png", "J.pdf", "J.dot", "J.GV"}) p.save(f.path / name);
  CHECK(contains(bytes_of(f.path / "J.svg"), "</svg>"));
  CHECK(contains(bytes_of(f.path / "J.svg"), "font-family=\"Helvetica,Arial,DejaVu Sans,sans-serif\""));
  CHECK(bytes_of(f.path / "J.png").substr(0, 4) == "\x89PNG");
  CHECK(bytes_of(f.path / "J.pdf").substr(0, 5) == "%PDF-");
  CHECK(bytes_of(f.path / "J.GV") == p.to_dot());
  CHECK(f.files() == 5);
  CHECK(p.to_svg() == p.to_svg());
  CHECK(contains(message_of([&] { static_cast<void>(p.render("bmp")); }), "svg, png or pdf"));
  CHECK(contains(message_of([&] { p.save(f.path / "no" / "J.png"); }), "cannot write"));
}

TEST_CASE("a very long picture stays within what viewers open") {
  graph g;
  scalar y = input(1.0);
  for (int i = 0; i < 600; ++i) y = sin(y);
  const auto png = picture(y, {.max_nodes = picture_options::unlimited}).render("png");
  const auto number = [&](std::size_t at) {
    unsigned n = 0;
    for (std::size_t i = 0; i < 4; ++i) n = n << 8 | static_cast<unsigned char>(png[at + i]);
    return n;
  };
  CHECK(number(16) <= 32'768);
  CHECK(number(20) <= 32'768);
  CHECK(number(16) * number(20) <= 33'554'432);
  CHECK(number(16) * number(20) > 25'000'000);  // no coarser than it must be
}

TEST_CASE("an SVG has the picture's title, and what follows a dark page") {
  const scratch_folder in;
  example e;
  backward(e.J);
  picture(e.J, {.title = "J < 3 & more"}).save(in / "J.svg");
  const auto svg = bytes_of(in / "J.svg");
  CHECK(contains(svg, "<title>J &lt; 3 &amp; more</title>"));
  CHECK_FALSE(contains(svg, "<title>seegrad</title>"));
  CHECK(contains(svg, "@media (prefers-color-scheme: dark)"));
}

TEST_CASE("when Graphviz fails, its words are in the exception") {
  const auto words = message_of([] { static_cast<void>(seegrad::detail::see::render("digraph { a -> ", "svg")); });
  CHECK(contains(words, "Graphviz could not read"));
  CHECK(contains(words, "syntax error"));
  CHECK(!contains(words, "\n"));
  CHECK(contains(seegrad::detail::see::render("digraph { a -> b }", "svg"), "</svg>"));  // and the next picture is drawn
}

TEST_CASE("pictures in several threads") {
  std::vector<std::string> images(4);
  std::vector<std::thread> threads;
  for (auto& image : images)
    threads.emplace_back([&] {
      example e;
      backward(e.J);
      image = picture(e.J).to_svg();
    });
  for (auto& t : threads) t.join();
  for (const auto& image : images) CHECK(image == images[0]);
}

TEST_CASE("large graphs") {
  graph g;
  scalar y = input(1.0, "x");
  for (int i = 0; i < 300'000; ++i) y = sin(y);
  for (int i = 0; i < 20'000; ++i) {
    g.open_scope("deep");
    y = sin(y);
  }
  backward(y);
  const picture p(y);
  CHECK(contains(p.to_svg(), "nodes hidden"));
  CHECK(contains(picture(y, {.max_nodes = picture_options::unlimited}).to_dot(), "n320000 ["));
}

#else

TEST_CASE("without Graphviz, images are refused and DOT is written") {
  graph g;
  const scalar x = input(1.0);
  CHECK(contains(message_of([&] { picture(x).save("x.svg"); }), "built without Graphviz"));
  CHECK(!fs::exists("x.svg"));
}

#endif
