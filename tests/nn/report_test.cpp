// A page about a training run: whole, harmless, and the same every time.

#include "../contrast.hpp"
#include "files.hpp"

#include <autodiff/autodiff.hpp>
#include <doctest/doctest.h>
#include <nn/see/report.hpp>
#include <nn/see/style_sheet.hpp>
#include <nn/see/svg.hpp>
#include <regex>
#include <set>

using namespace seegrad;

namespace {

const std::string hostile = "</p><script>alert('x')</script> & \"q\" \x01\xff";
const std::string shown =
    "&lt;/p&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;q&quot; \xEF\xBF\xBD\xEF\xBF\xBD";

// HTML whose tags that have no end are closed is XML here: no other kind of HTML is written.
auto as_xml(std::string html) -> boost::property_tree::ptree {
  html = std::regex_replace(html, std::regex("<meta ([^>]*)>"), "<meta $1/>");
  return xml(html.substr(html.find("<html")));
}

auto svg(const std::string& inside) -> std::string {
  return "<?xml version=\"1.0\"?>\n<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://www.w3.org/x.dtd\">\n<!-- made -->\n"
         "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\">" +
         inside + "</svg>\n";
}
auto embedded(const std::string& inside) -> std::string { return nn::detail::embedded_svg(svg(inside), "p-", "a \"label\""); }

}  // namespace

TEST_CASE("a page has what was written, in order, as text") {
  nn::report page("", hostile);
  page.text(hostile + "\nsame\n\n \nnext").section(hostile).numbers({{hostile, "88 %"}}).code("\n if (a < b) x &= y;\n");
  page.table({"name", "value"}, {{"a", "-1.5"}, {hostile, ""}}, hostile);
  page.figure(svg("<circle r='2'/>"), hostile);
  const auto html = page.to_html();
  CHECK(html.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
  CHECK(contains(html, "<title>" + shown + "</title>"));
  CHECK(contains(html, "<h1>" + shown + "</h1>"));
  CHECK(contains(html, "<p>" + shown + "\nsame</p>\n<p>next</p>"));
  CHECK(contains(html, "<h2 id=\"section-1\">" + shown + "</h2>"));
  CHECK(contains(html, "<dt>" + shown + "</dt><dd>88 %</dd>"));
  CHECK(contains(html, "<code>\n if (a &lt; b) x &amp;= y;\n</code>"));
  CHECK(contains(html, "<td>" + shown + "</td><td class=\"number\"></td>"));
  CHECK(contains(html, "<td>a</td><td class=\"number\">-1.5</td>"));
  CHECK(contains(html, "aria-label=\"" + shown + "\"><circle r='2'/></svg>"));
  CHECK(html.find("<h1>") < html.find("<h2>"));
  CHECK(html == page.to_html());
  CHECK_FALSE(contains(html, "<script"));
  CHECK(count(html, "http:") == count(html, "=\"http://www.w3.org/2000/svg\""));
  CHECK_FALSE(contains(html, "https:"));
  const auto tree = as_xml(html);
  CHECK(texts(tree, "h1").size() == 1);
  CHECK(texts(tree, "figcaption").size() == 1);
  CHECK(tree.get<std::string>("html.<xmlattr>.lang") == "en");
}

TEST_CASE("what does not fit is refused, and changes nothing") {
  nn::report page("", "t");
  const auto before = page.to_html();
  CHECK_THROWS_AS(nn::report("", " "), error);
  CHECK_THROWS_AS(page.section(""), error);
  CHECK_THROWS_AS(page.table({}, {}), error);
  CHECK_THROWS_WITH_AS(page.table({"a", "b"}, {{"1", "2"}, {"1"}}), "table: row 1 has 1 cells, and there are 2 headers", error);
  CHECK_THROWS_AS(page.figure(svg(""), ""), error);
  CHECK_THROWS_AS(page.figure("loss.svg", "a file's name"), error);
  CHECK_THROWS_AS(page.save(), error);
  CHECK(page.to_html() == before);
}

TEST_CASE("ids of a figure, and what refers to them, get a prefix") {
  const auto out = embedded(
      "<g id='a' fill='url(#b)' style=\"clip-path: url('#c'); mask:URL(#d)\"><use xlink:href='#e'/><use href=\"#f\"/>"
      "<path aria-labelledby='g h' d='M0 0'/><text>#a url(#b)</text></g>");
  CHECK(out ==
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" role=\"img\" aria-label=\"a &quot;label&quot;\">"
        "<g id='p-a' fill='url(#p-b)'"
        " style=\"clip-path: url('#p-c'); mask:URL(#p-d)\"><use xlink:href='#p-e'/><use href=\"#p-f\"/>"
        "<path aria-labelledby='p-g p-h' d='M0 0'/><text>#a url(#b)</text></g></svg>");
  CHECK_NOTHROW(embedded("<image href='data:image/png;base64,AAAA'/><text>&amp;&#65;&#x41;&lt;</text>"));
}

TEST_CASE("every figure that says its size fits the page, and opens large by a link") {
  const auto natural = [](const std::string& attributes) {
    nn::report page("unused.html", "page");
    page.figure("<svg xmlns=\"http://www.w3.org/2000/svg\"" + attributes + "><text width=\"7\">x</text></svg>", "figure");
    const auto html = page.to_html();
    const auto at = html.find("--natural: ", html.find("<figure"));
    return at == std::string::npos ? "" : html.substr(at + 11, html.find('"', at) - at - 11);
  };
  CHECK(natural(" width=\"1000\" viewBox=\"0 0 500 250\"") == "1000px; --ratio: 2.0000");
  CHECK(natural(" width='900pt' viewBox='0,0,900,450'") == "1200px; --ratio: 2.0000");
  CHECK(natural(" width=\"50%\" viewBox=\"0 0 300 400\"") == "300px; --ratio: 0.7500");
  // Without a view box a smaller picture would be a part of it.
  CHECK(natural(" width=\"1000\" height=\"500\"").empty());
  CHECK(natural(" width=\"1000\" viewBox=\"0 0 -1 5\"").empty());

  nn::report page("", "t");
  const auto html = page.figure(svg(""), "one").figure(svg(""), "two").to_html();
  for (const std::string n : {"1", "2"}) {
    CHECK(count(html, " id=\"figure-" + n + "-large\"") == 1);
    CHECK(count(html, " href=\"#figure-" + n + "-large\"") == 1);
    CHECK(count(html, " id=\"figure-" + n + "\"") == 1);
    CHECK(count(html, " href=\"#figure-" + n + "\"") == 1);
  }
  CHECK(contains(html, ".figure:target {"));
}

TEST_CASE("an index leads to every section, and each leads back") {
  nn::report page("", "t");
  page.text("before").index().section("a < b", "2 figures").section("c").text("after");
  const auto html = page.to_html();
  CHECK(contains(html,
                 "<li><a href=\"#section-1\">a &lt; b</a> <span>2 figures</span></li>\n<li><a href=\"#section-2\">c</a></li>"));
  CHECK(html.find("before") < html.find("<nav id=\"index\""));
  CHECK(html.find("</nav>") < html.find("<h2 id=\"section-1\""));
  CHECK(count(html, "<h2 id=") == 2);
  CHECK(count(html, "<section>\n<h2 id=") == 2);
  CHECK(count(html, "</section>") == 2);
  CHECK(count(html, "href=\"#index\"") == 2);
  CHECK_NOTHROW(as_xml(html));
  CHECK_THROWS_AS(page.index(), error);
  CHECK_THROWS_AS(nn::report("", "t").section("a").index(), error);
  CHECK_FALSE(contains(nn::report("", "t").section("a").to_html(), "#index"));
}

TEST_CASE("the words of a page can be read on light and on dark ones") {
  const auto html = nn::report("", "t").to_html();
  const auto colour = [&](const std::string& name, std::size_t from) {
    const auto at = html.find("--" + name + ": #", from);
    REQUIRE(at != std::string::npos);
    return html.substr(at + name.size() + 4, 7);
  };
  for (const auto from : {html.find(":root"), html.find("@media (prefers-color-scheme: dark)")})
    for (const auto* ink : {"ink", "quiet", "accent"})
      for (const auto* ground : {"ground", "card"}) CHECK(contrast(colour(ink, from), colour(ground, from)) >= 4.5);
}

TEST_CASE("code with a summary is folded below it") {
  nn::report page("", "t");
  const auto html = page.code("a < b", "<source>").to_html();
  CHECK(contains(html, "<details>\n<summary>&lt;source&gt;</summary>\n<pre"));
  CHECK(contains(html, "<code>a &lt; b</code></pre>\n</details>"));
  CHECK_NOTHROW(as_xml(html));
}

TEST_CASE("formulas are set only where a page asks for them") {
  nn::report page("", "q = x / 2");
  page.text("q = x / 2").formulas().section("q = x / 2").text("q = x / 2").figure(svg(""), "q = x / 2");
  const auto html = page.to_html();
  CHECK(contains(html, "<p>q = x / 2</p>"));
  CHECK(count(html, "<mfrac>") == 4);  // the heading, the section, its text and the caption
  CHECK(contains(html, "<title>q = x / 2</title>"));
  CHECK(contains(html, "aria-label=\"q = x / 2\""));
}

TEST_CASE("style sheets of several figures do not reach each other, and a figure without one keeps a light ground") {
  const auto dark = [](const std::string& colour) {
    return "<style>@media (prefers-color-scheme: dark) {\n[fill=\"#ffffff\"], text:not([fill]) { fill: " + colour +
           " }\n}</style><rect fill=\"#ffffff\"/>";
  };
  nn::report page("", "t");
  const auto html = page.figure(svg(dark("#111111")), "a").figure(svg(dark("#222222")), "b").figure(svg(""), "c").to_html();
  CHECK(contains(html, "#figure1- [fill=\"#ffffff\"], #figure1- text:not([fill]) { fill: #111111 }"));
  CHECK(contains(html, "#figure2- [fill=\"#ffffff\"], #figure2- text:not([fill]) { fill: #222222 }"));
  CHECK(count(html, " id=\"figure1-\"") == 1);
  CHECK(count(html, "class=\"figure light\"") == 1);
  CHECK(contains(html, "<div class=\"figure light\" id=\"figure-3-large\">"));
}

TEST_CASE("a style sheet may give colours, and do nothing else") {
  using nn::detail::scoped_style;
  CHECK(scoped_style("", "#f") == "");
  CHECK(scoped_style(" a{fill:red;}b , c[d=\"e,f\"] { stroke : rgb(1, 2,3) ; color: #fff }", "#f") ==
        "#f a { fill: red }\n#f b, #f c[d=\"e,f\"] { stroke: rgb(1, 2,3); color: #fff }\n");
  CHECK(scoped_style("a { fill: red }\n@media (prefers-color-scheme: dark) { a { fill: blue } }\nb { fill: red }", "#f") ==
        "#f a { fill: red }\n@media (prefers-color-scheme: dark) {\n#f a { fill: blue }\n}\n#f b { fill: red }\n");
  for (const char* sheet : {"@import 'x';",
                            "@import 'x'; a { fill: red }",
                            "@font-face { src: x }",
                            "a { fill: url(#b) }",
                            "a { fill: URL(x) }",
                            "a { background: red }",
                            "a { position: fixed }",
                            "a { fill: red",
                            "a }",
                            "a",
                            "{ fill: red }",
                            "a { fill }",
                            "a { fill: }",
                            "a, { fill: red }",
                            "a[b { fill: red }",
                            "a\\b { fill: red }",
                            "a { fill: re\\64 }",
                            "a { fill: \"x\" }",
                            "/* */ a { fill: red }",
                            "@media print { a { fill: red } }",
                            "@media (prefers-color-scheme: dark) and print { a { fill: red } }",
                            "@media (prefers-color-scheme: dark) { a { fill: red }",
                            "@media (prefers-color-scheme: dark)",
                            "a { b { fill: red } }"})
    CHECK_THROWS_AS_MESSAGE(scoped_style(sheet, "#f"), error, sheet);
  CHECK_THROWS_AS(nn::detail::embedded_svg("<svg id='a b{}*'><style>a { fill: red }</style></svg>", "p-", "l"), error);
  CHECK(contains(nn::detail::embedded_svg("<svg id='a'><style>b { fill: red }</style></svg>", "p-", "l"),
                 "<svg id='p-a' role=\"img\" aria-label=\"l\"><style>#p-a b { fill: red }\n</style></svg>"));
}

TEST_CASE("an SVG that would run or load something is refused") {
  for (const char* inside :
       {"<script>1</script>", "<style>@import 'x'</style>", "<foreignObject/>", "<g onclick='x'/>", "<g ONLOAD='x'/>",
        "<a href='javascript:x'/>", "<a xlink:href='http://x'/>", "<image href='x.png'/>", "<image href='data:image/svg+xml,x'/>",
        "<g fill='url(http://x)'/>", "<g style='fill:uRl( http://x)'/>", "<g style='fill:u\\72l(x)'/>", "<animate/>", "<p/>",
        "<iframe/>"})
    CHECK_THROWS_AS_MESSAGE(embedded(inside), error, inside);
}

TEST_CASE("an SVG that is not well-formed is refused") {
  for (const char* inside : {"<g>", "</g>", "<g></h>", "<g a=1/>", "<g a='1/>", "<g a='1' a='2'/>", "<g a='<'/>", "& ", "&nbsp;",
                             "<", "<!-- ", "<g", "<g a"})
    CHECK_THROWS_AS_MESSAGE(embedded(inside), error, inside);
  for (const char* text : {"", "x", "<g/>", "<svg/><svg/>", "<svg/>x", "<!DOCTYPE svg [<!ENTITY x 'y'>]><svg>&x;</svg>"})
    CHECK_THROWS_AS_MESSAGE(nn::detail::embedded_svg(text, "p-", "l"), error, text);
  const auto whole = svg("<g id='a'><text x='1'>b &amp; c</text></g>");
  for (std::size_t n = 0; n + 7 < whole.size(); ++n)
    CHECK_THROWS_AS(nn::detail::embedded_svg(whole.substr(0, n), "p-", "l"), error);
}

TEST_CASE("figures of all kinds stand in one page without clashing") {
  const scratch_folder in;
  nn::report page(in / "a page.html", "Figures");
#ifdef SEEGRAD_PICTURES
  graph g;
  const scalar a = input(2.0, "a");
  const scalar y = named(tanh(a * a), "y");
  backward(y);
  page.figure(picture(y), "a computation").figure(picture(y), "again");
#endif
  if (plot::available()) {
    const auto p = plot().title("t").line("a & b", {1, 2}).line("c", {2, 1});
    page.figure(p, "a plot").figure(p, "again");
    page.figure(plot().images(ones({2, 2, 2})), "images");
  } else {
    MESSAGE("plots not tested: there is no gnuplot (apt-get install gnuplot-nox)");
    CHECK_THROWS_AS(page.figure(plot().line("a", {1, 2}), "a plot"), error);
  }
  page.figure(svg("<g id='a'/>"), "text").figure(svg("<g id='a'/>"), "text");
  page.save();
  CHECK(in.files() == 1);
  const auto html = bytes_of(in / "a page.html");
  CHECK(html == page.to_html());
  CHECK_NOTHROW(as_xml(html));
  std::set<std::string> ids;
  std::size_t n = 0;
  const std::regex id("\\sid=['\"]([^'\"]*)['\"]"), reference("(?:href=['\"]|url\\()#([^'\")]*)");
  for (auto k = std::sregex_iterator(html.begin(), html.end(), id); k != std::sregex_iterator(); ++k, ++n) ids.insert((*k)[1]);
  CHECK(ids.size() == n);
  CHECK(n >= 2);
  for (auto k = std::sregex_iterator(html.begin(), html.end(), reference); k != std::sregex_iterator(); ++k)
    CHECK(ids.count((*k)[1]) == 1);
}

TEST_CASE("a page that cannot be written leaves nothing") {
  const scratch_folder in;
  CHECK_THROWS_AS(nn::report(in / "none/x.html", "t").save(), error);
  CHECK_THROWS_AS(nn::report(in.path, "t").save(), error);
  CHECK(in.files() == 0);
}
