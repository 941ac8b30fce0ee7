#include <autodiff/see/picture.hpp>

#include <algorithm>
#include <autodiff/array/file.hpp>
#include <autodiff/see/claim.hpp>
#include <autodiff/see/dark_mode.hpp>
#include <autodiff/see/dot.hpp>
#include <autodiff/see/page/page.hpp>
#include <autodiff/see/page/state_json.hpp>
#include <autodiff/see/render.hpp>
#include <autodiff/see/snapshot.hpp>
#include <autodiff/see/text.hpp>
#include <fmt/format.h>
#include <ostream>

namespace seegrad {
namespace {

auto say(const scalar& y) -> std::string { return fmt::format("{}", y.value()); }
auto say(const tensor& y) -> std::string { return fmt::format("{} {}", name_of(y.type()), to_string(y.shape())); }

}  // namespace

auto picture::of(const graph& g, const node_id* y, const picture_options& given) -> drawn {
  if (!(given.width.points > 0))
    throw error(fmt::format("picture: a width of {} points; it must be more than 0", given.width.points));
  if (g.size() == 0) throw error("picture: the graph is empty; record something first");
  auto options = given;
  options.notes = detail::see::notes_with_claims(g, given);
  if (options.before) options.before->expect_same_program(g);
  detail::see::scene s{g, options};
  detail::see::select(s, y);
  detail::see::fold_terms(s);
  detail::see::collapse(s);
  detail::see::cut(s);
  s.born = detail::see::find_births(g, s.carried, s.shown, s.outputs);
  s.noise = detail::see::find_noise(g);
  detail::see::connect(s);
  detail::see::expect_states(g, s.shown, options.states);
  auto record = options.page ? detail::see::record_of(s) : detail::see::page_record{};
  return {detail::see::to_dot(s),     options.title, std::move(record.json), std::move(record.functions),
          std::move(record.drawings), options.width};
}

template <class Value>
auto picture::of(const traced<Value>& y, const picture_options& options) -> drawn {
  if (y.is_constant())
    throw error(
        fmt::format("picture: y is a constant ({}), so there is nothing to draw; make what it depends on inputs", say(y)));
  const auto& g = graph::active();
  const auto k = g.id(y.ref(), "picture");
  return of(g, &k, options);
}

picture::picture(const scalar& y, const picture_options& options) : picture(of(y, options)) {}
picture::picture(const graph& g, const picture_options& options) : picture(of(g, nullptr, options)) {}

auto picture::of_tensor(const tensor& y, const picture_options& options) -> drawn { return of(y, options); }

auto picture::render(std::string_view format) const -> std::string {
  return detail::see::render(drawn_.dot, format, drawn_.width.points);
}

auto picture::to_html() const -> std::string {
  if (drawn_.record.empty()) throw error("picture: it was made for images alone, with .page = false, and cannot be a page");
  const auto svg = [&](const std::string& dot) {
    return detail::see::render(dot, "svg", drawn_.width.points, detail::see::heading::hidden);
  };
  detail::see::page_record record{drawn_.record, drawn_.functions, {}};
  for (const auto& [name, dot] : drawn_.inner) record.drawings.emplace_back(name, svg(dot));
  return detail::see::page_of(drawn_.title, svg(drawn_.dot), record);
}

namespace {

// Graphviz names every drawing "seegrad", and browsers say so where they are pointed at it.
auto titled(std::string svg, std::string_view title) -> std::string {
  constexpr std::string_view name = "<title>seegrad</title>";
  const auto at = svg.find(name);
  if (title.empty() || at == std::string::npos) return svg;
  std::string own = "<title>";
  detail::see::put_html(own, title, " ");
  return svg.replace(at, name.size(), own + "</title>");
}

}  // namespace

auto picture::save(const std::filesystem::path& file) const -> void {
  auto suffix = file.extension().string();
  std::transform(suffix.begin(), suffix.end(), suffix.begin(),
                 [](char c) { return 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  const auto write = [&](const std::string& bytes) {
    detail::replace_file(file, "picture", [&](std::ostream& out) { out << bytes; });
  };
  if (suffix == ".dot" || suffix == ".gv") write(drawn_.dot);
  else if (suffix == ".svg") write(titled(detail::see::with_dark_mode(to_svg()), drawn_.title));
  else if (suffix == ".png" || suffix == ".pdf") write(render(suffix.substr(1)));
  else if (suffix == ".html") write(to_html());
  else
    throw error(fmt::format("picture: '{}' has no known suffix; it can be .dot, .gv, .svg, .png, .pdf or .html", file.string()));
}

auto to_dot(const scalar& y, const picture_options& options) -> std::string { return picture(y, options).to_dot(); }

}  // namespace seegrad
