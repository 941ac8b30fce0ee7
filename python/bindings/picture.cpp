// Pictures: to be looked at, saved, and shown by Jupyter.

#include "bind.hpp"
#include "recorded_call.hpp"
#include <autodiff/check/report.hpp>
#include <autodiff/see/picture.hpp>
#include <functional>
#include <map>
#include <pybind11/stl/filesystem.h>

namespace seegrad::python {
namespace {

auto direction_of(const std::string& name) -> picture_direction {
  static const std::map<std::string, picture_direction> known = {{"left_to_right", picture_direction::left_to_right},
                                                                 {"top_to_bottom", picture_direction::top_to_bottom},
                                                                 {"right_to_left", picture_direction::right_to_left},
                                                                 {"bottom_to_top", picture_direction::bottom_to_top}};
  const auto found = known.find(name);
  if (found == known.end())
    throw py::value_error(
        fmt::format("picture: the direction {} is none of left_to_right, top_to_bottom, right_to_left and bottom_to_top", name));
  return found->second;
}

auto node_of(py::handle x) -> node_id {
  if (PyLong_Check(x.ptr()) != 0) return x.cast<node_id>();
  const py::object node = x.attr("node");
  if (node.is_none()) throw py::value_error("picture: a constant, or what was rewound, is no node");
  return node.cast<node_id>();
}

using set_option = std::function<void(picture_options&, py::handle)>;

template <class T>
auto set(T picture_options::*field) -> set_option {
  return [field](picture_options& o, py::handle value) { o.*field = value.cast<T>(); };
}

/// By the names of the fields of picture_options.
auto options() -> const std::map<std::string, set_option, std::less<>>& {
  using o = picture_options;
  static const std::map<std::string, set_option, std::less<>> all = {
      {"digits", set(&o::digits)},
      {"hide_constants", set(&o::hide_constants)},
      {"fold_terms", set(&o::fold_terms)},
      {"fold_functions", set(&o::fold_functions)},
      {"collapse_scopes", set(&o::collapse_scopes)},
      {"collapse", set(&o::collapse)},
      {"open", set(&o::open)},
      {"fold_above", set(&o::fold_above)},
      {"sums", set(&o::sums)},
      {"legend", set(&o::legend)},
      {"title", set(&o::title)},
      {"page", set(&o::page)},
      {"direction", [](o& p, py::handle value) { p.direction = direction_of(value.cast<std::string>()); }},
      {"max_nodes",
       [](o& p, py::handle value) { p.max_nodes = value.is_none() ? o::unlimited : value.cast<decltype(o::max_nodes)>(); }},
      {"width_cm", [](o& p, py::handle value) { p.width = picture_width::cm(value.cast<double>()); }},
      {"notes", [](o& p, py::handle value) { p.notes = value.cast<const check_report&>().annotations(); }},
      {"claims",
       [](o& p, py::handle value) {
         for (const auto& [node, claim] : value.cast<py::dict>()) p.claims[node_of(node)] = claim.cast<double>();
       }},
  };
  return all;
}

auto options_of(const py::kwargs& given) -> picture_options {
  picture_options o;
  for (const auto& [key, value] : given) {
    const auto name = key.cast<std::string>();
    const auto option = options().find(name);
    if (option == options().end())
      throw py::type_error(fmt::format("picture: there is no option {}; options are those of docs/pictures.md", name));
    try {
      option->second(o, value);
    } catch (const py::cast_error&) {
      throw py::type_error(fmt::format("picture: {} = {} is of another type than that option, or out of its range", name,
                                       py::repr(value).cast<std::string>()));
    }
  }
  return o;
}

auto picture_of(py::object y, const py::args& x, const py::kwargs& given) -> picture {
  const auto o = options_of(given);
  const auto of_operand = [&](const operand& y) {
    return y.what() == operand::kind::scalar ? picture(y.as_scalar(), o) : picture(y.as_tensor(), o);
  };
  if (is_handle(y)) {
    const operand of(y);
    const turn here(of.of());
    return of_operand(of);
  }
  if (py::isinstance<graph>(y)) return picture(y.cast<const graph&>(), o);
  if (py::isinstance<program>(y) && x.size() == 1)
    return picture(y.cast<const program&>(), from_any(x[0], memory::copied).to_vector<double>(), o);
  if (py::isinstance<array_program>(y) && x.size() == 1)
    return picture(y.cast<const array_program&>(), x[0].cast<std::vector<array>>(), o);
  if (PyCallable_Check(y.ptr()) == 0)
    throw py::type_error(fmt::format("picture: of a recorded value, a graph, a program or a function, and not of a {}",
                                     Py_TYPE(y.ptr())->tp_name));
  const recorded_call call(y, x, "picture");
  if (call.y.as_tensor().size() == 1) backward(call.y.as_tensor());
  return of_operand(call.y);
}

/// A page in a page, as notebooks want it.
auto in_frame(const std::string& page) -> std::string {
  std::string escaped;
  escaped.reserve(page.size() + page.size() / 8);
  for (const char c : page) {
    if (c == '&') escaped += "&amp;";
    else if (c == '"') escaped += "&quot;";
    else escaped += c;
  }
  return "<iframe srcdoc=\"" + escaped + "\" style=\"width: 100%; height: 640px; border: 0\"></iframe>";
}

}  // namespace

auto bind_picture(py::module_& m) -> void {
  py::class_<picture>(
      m, "picture", R"(The picture of a computation: every node with its value and gradient, every edge with its local derivative.

picture(y), picture(graph), picture(program, x), picture(f, x…); options by name, such as digits=6, title="…", max_nodes=None, claims={a: 3.0} and
notes=check(y): those of docs/pictures.md. It is a copy, and stays as it is when its graph goes on.)")
      .def(py::init(&picture_of), py::arg("y"))
      .def(
          "to_dot", [](const picture& p) { return p.to_dot(); }, "The text for Graphviz.")
      .def(
          "to_svg",
          [](const picture& p) {
            const py::gil_scoped_release free;
            return p.to_svg();
          },
          "The image, as text.")
      .def(
          "to_html",
          [](const picture& p) {
            const py::gil_scoped_release free;
            return p.to_html();
          },
          "One page that needs no other file and no network: it plays the sweep and explains each gradient.")
      .def(
          "render", [](const picture& p, const std::string& format) { return py::bytes(p.render(format)); }, py::arg("format"),
          "The bytes of an image: \"svg\", \"png\" or \"pdf\".")
      .def(
          "save",
          [](const picture& p, const std::filesystem::path& file) {
            const py::gil_scoped_release free;
            p.save(file);
          },
          py::arg("file"), "Writes .dot, .gv, .svg, .png, .pdf or .html, by the suffix.")
      .def("_repr_svg_", [](const picture& p) { return p.to_svg(); })
      .def("_repr_html_", [](const picture& p) { return in_frame(p.to_html()); })
      .def("__repr__", [](const picture& p) {
        return fmt::format("picture of {} bytes of DOT; save(\"….svg\") or save(\"….html\") writes it", p.to_dot().size());
      });
  m.def(
      "to_dot",
      [](py::object y, const py::args& x, const py::kwargs& options) { return picture_of(std::move(y), x, options).to_dot(); },
      py::arg("y"), "The DOT text of what leads to y.");
}

}  // namespace seegrad::python
