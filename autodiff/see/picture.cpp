#include <autodiff/see/picture.hpp>

#include <algorithm>
#include <autodiff/array/file.hpp>
#include <autodiff/see/dot.hpp>
#include <autodiff/see/render.hpp>
#include <fmt/format.h>
#include <ostream>

namespace seegrad {
namespace {

auto draw(const graph& g, const node_id* y, const picture_options& options) -> std::string {
  if (!(options.width.points > 0))
    throw error(fmt::format("picture: a width of {} points; it must be more than 0", options.width.points));
  if (g.size() == 0) throw error("picture: the graph is empty; record something first");
  see::scene s{g, options};
  see::select(s, y);
  see::fold_terms(s);
  see::collapse(s);
  see::cut(s);
  s.born = see::find_births(g, s.shown, s.outputs);
  s.noise = see::find_rounding(g);
  see::connect(s);
  return see::to_dot(s);
}

auto say(const scalar& y) -> std::string { return fmt::format("{}", y.value()); }
auto say(const tensor& y) -> std::string { return fmt::format("{} {}", name_of(y.type()), to_string(y.shape())); }

template <class Value>
auto draw(const traced<Value>& y, const picture_options& options) -> std::string {
  if (y.is_constant())
    throw error(
        fmt::format("picture: y is a constant ({}), so there is nothing to draw; make what it depends on inputs", say(y)));
  const auto& g = graph::active();
  const auto k = g.id(y.ref(), "picture");
  return draw(g, &k, options);
}

}  // namespace

picture::picture(const scalar& y, const picture_options& options) : dot_(draw(y, options)), width_(options.width) {}
picture::picture(const graph& g, const picture_options& options) : dot_(draw(g, nullptr, options)), width_(options.width) {}

auto picture::of_tensor(const tensor& y, const picture_options& options) -> std::string { return draw(y, options); }

auto picture::render(std::string_view format) const -> std::string { return see::render(dot_, format, width_.points); }

auto picture::save(const std::filesystem::path& file) const -> void {
  auto suffix = file.extension().string();
  std::transform(suffix.begin(), suffix.end(), suffix.begin(),
                 [](char c) { return 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  const auto write = [&](const std::string& bytes) {
    detail::replace_file(file, "picture", [&](std::ostream& out) { out << bytes; });
  };
  if (suffix == ".dot" || suffix == ".gv") write(dot_);
  else if (suffix == ".svg" || suffix == ".png" || suffix == ".pdf") write(render(suffix.substr(1)));
  else throw error(fmt::format("picture: '{}' has no known suffix; it can be .dot, .gv, .svg, .png or .pdf", file.string()));
}

auto to_dot(const scalar& y, const picture_options& options) -> std::string { return picture(y, options).to_dot(); }

}  // namespace seegrad
