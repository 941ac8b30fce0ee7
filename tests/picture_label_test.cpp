// Any text in a picture: Graphviz reads it back, and the SVG shows it.

#include "picture_support.hpp"

#include <autodiff/see/picture.hpp>
#include <doctest/doctest.h>
#include <map>
#ifdef SEEGRAD_PICTURES
#include "parsed_dot.hpp"

namespace {

// All text that the SVG shows, with the characters that are written in another way put back.
auto text_of(const std::string& svg) -> std::string {
  std::string out;
  for (auto at = svg.find("<text"); at != std::string::npos; at = svg.find("<text", at)) {
    at = svg.find('>', at) + 1;
    out += svg.substr(at, svg.find('<', at) - at);
  }
  const std::pair<std::string, std::string> written[] = {{"&#160;", " "}, {"\u00a0", " "}, {"&#45;", "-"},
                                                         {"&#39;", "'"},  {"&#93;", "]"},  {"&quot;", "\""},
                                                         {"&lt;", "<"},   {"&gt;", ">"},   {"&amp;", "&"}};
  for (const auto& [from, to] : written)
    for (auto at = out.find(from); at != std::string::npos; at = out.find(from, at + to.size())) out.replace(at, from.size(), to);
  return out;
}

}  // namespace

TEST_CASE("any text survives as a label") {
  const std::map<std::string, std::string> names = {
      // what is given, and what must be found in the SVG
      {"\"quoted\" 'so'", "&quot;quoted&quot; &#39;so&#39;"},
      {"<b>&amp;{x|y}</b>", "&lt;b&gt;&amp;amp;{x|y}&lt;/b&gt;"},
      {"first\nsecond", ">second<"},
      {"Größe 重み θ₁", "Größe 重み θ₁"},
      {"];}//<!--", "];}//&lt;!"},
      {"bell\a", "bell␇"},
      {"bad\xff\xc3(\xed\xa0\x80", "bad\uFFFD\uFFFD("},
      {"tab\tstop", "tab stop"},
      {"\xEF\xBF\xBF\x7F", "\uFFFD␡"},
      {"%N\\N\\G\\", ">N<"},  // a backslash stands alone, so that \N is not the node's name
      {"→ ->", "→ "}};
  graph g;
  scalar s = input(0.0);
  for (const auto& [name, found] : names) s = s + input(1.0, name);
  const scope hostile("scope \"<&>\n\\");
  backward(s = named(s * 1, "\\"));
  const picture p(s, {.hide_constants = false, .fold_terms = false, .title = "<&>\"\\{|}\n\xff"});
  const parsed read(p.to_dot());
  const auto svg = p.to_svg();
  for (const auto& [name, found] : names) check_contains(svg, found);
  CHECK(read.nodes().size() == g.size());
  CHECK(!contains(svg, ">%Nn"));
  // Random bytes, too long as well.
  std::mt19937 random(7);
  for (int i = 0; i < 50; ++i) {
    const rewind_scope back;
    std::string name(random() % (i == 0 ? 100'000 : 100), ' ');
    for (auto& c : name) c = static_cast<char>(random());
    const scope sc(name);
    const auto y = named(input(1.0, name) + 1, name);
    const auto image = picture(y, {.notes = {{0, {name}}}, .title = name}).to_svg();
    CHECK(contains(image, "</svg>"));
    CHECK(image.size() < 50'000);
  }
}

TEST_CASE("names of every length, and none") {
  const std::string long_name(5000, 'n'), wide = "変数の名前はとても長い名前です";
  for (const std::string& name : {std::string(), std::string("a\\nb"), std::string("a\nb"), long_name, wide,
                                  std::string("naïve Ω → 𝛼"), std::string(" "), std::string("\"]\" <&> \\n")}) {
    CAPTURE(name);
    graph g;
    const scalar x = input(2.0, name), y = named(sigmoid(x * x), name);
    backward(y);
    const picture p(y);
    CHECK(parsed(p.to_dot()).nodes().size() == 3);
    const auto text = text_of(p.to_svg());
    CHECK(count(text, "value") == 3);  // all labels are there
    if (name == "a\nb") CHECK(contains(text, "ab"));
    else CHECK(contains(text, name.substr(0, 60)));
  }
}

TEST_CASE("a name is seen wherever it stands, whatever Graphviz reads into it") {
  for (const std::string name : {"]",
                                 "[",
                                 "{",
                                 "}",
                                 "|",
                                 "->",
                                 "--",
                                 "\"",
                                 "'",
                                 "x]",
                                 "]]",
                                 "]]>",
                                 "a]b]",
                                 "[2x3]",
                                 "\\",
                                 "\\N",
                                 "\\G",
                                 "\\E]",
                                 "<b>&amp;",
                                 "&#93;",
                                 "&]",
                                 "]&",
                                 "<![CDATA[x]]>",
                                 "-->",
                                 "%",
                                 "é]",
                                 ";",
                                 "=",
                                 "#"}) {
    CAPTURE(name);
    graph g;
    const auto x = input(array{{1.0, 2.0}, {3.0, 4.0}}, name);
    CHECK(contains(text_of(picture(named(sum(x), "y")).to_svg()), name));
    CHECK(contains(text_of(picture(named(sum(x), name)).to_svg()), name));
    CHECK(contains(text_of(picture(named(input(1.0, name) * 2, "y")).to_svg()), name));
    CHECK(contains(text_of(picture(named(sum(x), "y"), {.title = "title " + name}).to_svg()), "title " + name));
    CHECK(contains(text_of(picture(named(sum(x), "y"), {.notes = {{0, {"note " + name}}}}).to_svg()), "note " + name));
    const scope inside("scope " + name);
    CHECK(contains(text_of(picture(named(sum(x) * 2, "y")).to_svg()), "scope " + name));
  }
  // Without a name, and with the shape of an array, which ends in a bracket.
  graph g;
  const auto y = sum(input(array{{1.0, 2.0}, {3.0, 4.0}}, "") * array{{1.0, 2.0}, {3.0, 4.0}});
  CHECK(contains(text_of(picture(y).to_svg()), "2x2]"));
}

#endif
