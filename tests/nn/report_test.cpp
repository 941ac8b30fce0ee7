// A page about a training run: whole, harmless, and the same every time.

#include "files.hpp"

#include <autodiff/autodiff.hpp>
#include <doctest/doctest.h>
#include <nn/see/report.hpp>
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
  CHECK(contains(html, "<h2>" + shown + "</h2>"));
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

TEST_CASE("what is only a little too wide becomes smaller with the page") {
  const auto styled = [](const std::string& width) {
    nn::report page("unused.html", "page");
    page.figure("<svg xmlns=\"http://www.w3.org/2000/svg\"" + width + "><text width=\"7\">x</text></svg>", "figure");
    const auto html = page.to_html();
    const auto at = html.find("max-width: ", html.find("<figure>"));
    return at == std::string::npos ? "" : html.substr(at + 11, html.find(';', at) - at - 11);
  };
  CHECK(styled(" width=\"1000\"") == "1000px");
  CHECK(styled(" width=\"900pt\"") == "1200px");
  CHECK(styled(" width=\"1200pt\"").empty());
  CHECK(styled(" width=\"50%\"").empty());
  CHECK(styled("").empty());
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
