// Scalars and tensors: what is recorded, as Python sees it.

#include "bind.hpp"
#include <autodiff/array/print.hpp>
#include <autodiff/ops/shape/indexing.hpp>
#include <fmt/format.h>

namespace seegrad::python {
namespace {

template <class Handle>
auto name_of(const kept<Handle>& x) -> std::string {
  return x.of && x.of->has(x.it.ref()) ? std::string(x.of->name(x.of->id(x.it.ref(), "name"))) : std::string();
}
template <class Handle>
auto node_of(const kept<Handle>& x) -> std::optional<node_id> {
  if (!x.of || !x.of->has(x.it.ref())) return {};
  return x.of->id(x.it.ref(), "node");
}
/// ", name='W'", or that it is a constant, or that it is gone.
template <class Handle>
auto remarks(const kept<Handle>& x) -> std::string {
  if (x.it.is_constant()) return ", constant";
  const auto name = name_of(x);
  return name.empty() ? "" : fmt::format(", name={}", py::repr(py::str(name)).template cast<std::string>());
}

/// The gradient that the last sweep of the handle's own graph left, whichever graph is active.
template <class Handle>
auto gradient_at(const kept<Handle>& x) {
  return x.of ? x.of->last_sweep().of(x.it, "grad") : grad(x.it);
}
template <class Handle>
auto give_name(const kept<Handle>& x, const std::string& name) -> void {
  if (x.it.is_constant()) throw py::value_error("name: a constant has no node, and a node is what has a name");
  const turn here(x.of);
  named(x.it, name);
}

/// x[…]: whole numbers, slices, …, None, and arrays of places, axis by axis.
class selection {
 public:
  selection(const tensor& x, py::handle index) : y_(x) {
    const auto parts = PyTuple_Check(index.ptr()) ? py::reinterpret_borrow<py::tuple>(index) : py::make_tuple(index);
    int named = 0, arrays = 0;
    for (const auto& part : parts) named += part.ptr() != Py_Ellipsis && !part.is_none();
    if (named > x.rank())
      throw py::index_error(fmt::format("tensor: {} indices into an array of shape {}", named, to_string(x.shape())));
    for (const auto& part : parts) {
      if (part.is_none()) y_ = unsqueeze(y_, axis_++);
      else if (part.ptr() == Py_Ellipsis) axis_ += x.rank() - named;
      else if (PySlice_Check(part.ptr())) stretch(part);
      else if (PyBool_Check(part.ptr()) == 0 && PyIndex_Check(part.ptr()) != 0 && !py::isinstance<py::array>(part)) place(part);
      else if (++arrays == 1) places(part);
      else throw py::index_error("tensor: places in more than one axis are not for []; gather() takes an element for each");
    }
  }
  auto result() -> tensor { return std::move(y_); }

 private:
  auto place(py::handle at) -> void {
    const auto i = whole_number(at), n = y_.shape()[axis_];
    if (i < -n || i >= n)
      throw py::index_error(fmt::format("tensor: index {} is out of range in an axis of {} of {}", i, n, to_string(y_.shape())));
    y_ = take(y_, i, axis_);
  }
  auto stretch(py::handle range) -> void {
    const auto n = y_.shape()[axis_];
    Py_ssize_t start = 0, stop = 0, step = 0;
    if (PySlice_Unpack(range.ptr(), &start, &stop, &step) != 0) throw py::error_already_set();
    PySlice_AdjustIndices(n, &start, &stop, step);
    if (start != 0 || stop < n || step != 1) y_ = slice(y_, axis_, start, stop < 0 ? -n - 1 : stop, step);
    ++axis_;
  }
  auto places(py::handle at) -> void {
    const operand index(at);
    if (index.as_array().type() == boolean)
      throw py::index_error(
          "tensor: a mask selects a number of elements that no record can know; where(mask, x, 0) keeps the shape");
    const auto more = index.as_array().rank();
    y_ = take(y_, index.as_tensor(), axis_);
    axis_ += more;
  }

  tensor y_;
  index_t axis_ = 0;
};

auto element_or_part(const kept<tensor>& x, py::handle index) -> py::object {
  const auto& shape = x.it.shape();
  const auto is_place = [](py::handle i) { return PyLong_Check(i.ptr()) != 0 && PyBool_Check(i.ptr()) == 0; };
  dims element;
  if (is_place(index)) element.push(whole_number(index));
  else if (PyTuple_Check(index.ptr()))
    for (const auto& i : py::reinterpret_borrow<py::tuple>(index)) {
      if (!is_place(i) || element.size() == shape.size()) return give(selection(x.it, index).result());
      element.push(whole_number(i));
    }
  if (element.empty() || element.size() < shape.size()) return give(selection(x.it, index).result());
  try {
    return give(x.it[element]);
  } catch (const error& e) {
    throw py::index_error(e.what());
  }
}

// What both kinds of handle have.
template <class Handle>
auto handle_class(py::module_& m, const char* name, const char* text) {
  using self = kept<Handle>;
  return py::class_<self>(m, name, text)
      .def_property_readonly(
          "grad", &gradient_at<Handle>,
          "What the last backward() left here: the derivative of its output by this. Throws for a constant, and before backward().")
      .def_property("name", &name_of<Handle>, &give_name<Handle>,
                    "The name that pictures and checks show, \"\" if there is none.")
      .def_property_readonly(
          "is_constant", [](const self& x) { return x.it.is_constant(); },
          "No node stands behind it: a number, data, or the result of detach().")
      .def_property_readonly("node", &node_of<Handle>,
                             "The number of its node; None for a constant, and where its part of the graph was rewound.")
      .def_property_readonly(
          "graph", [](const self& x) { return x.of; }, "The graph that it is of, which it keeps; None for a constant.")
      .def(
          "detach", [](const self& x) { return give(seegrad::detach(x.it)); },
          "The value without its history: gradients stop here.")
      .def("__bool__",
           [](const self& x) {
             if constexpr (std::same_as<Handle, scalar>) return x.it != 0;
             else return static_cast<bool>(x.it);
           })
      .def("__float__",
           [](const self& x) {
             if constexpr (std::same_as<Handle, scalar>) return static_cast<double>(x.it);
             else return static_cast<double>(scalar_of(x.it));
           })
      .def(
          "__format__",
          [](const py::object& x, const std::string& format) -> py::object {
            if (format.empty()) return py::str(x);
            return py::module_::import("builtins").attr("format")(py::float_(x), format);
          },
          py::arg("format"), "The number in a format of a float's, as in f\"{loss:.3f}\". Throws if there are more than one.")
      .def("__int__", [](const self& x) {
        if constexpr (std::same_as<Handle, scalar>) return static_cast<index_t>(x.it);
        else return static_cast<index_t>(scalar_of(x.it));
      });
}

auto bind_inputs(py::module_& m) -> void {
  m.def(
      "input",
      [](py::handle x, const std::string& name, bool copy) -> py::object {
        if (is_handle(x)) throw py::type_error("input: this is recorded already; detach() gives the number without its history");
        static_cast<void>(home());  // which puts away what other threads have left
        py::object made;
        if (PyFloat_Check(x.ptr()) || PyLong_Check(x.ptr())) made = give(seegrad::input(x.cast<double>()));
        else made = give(seegrad::input(from_any(x, copy ? memory::copied : memory::shared)));
        if (!name.empty()) made.attr("name") = name;
        return made;
      },
      py::arg("value"), py::arg("name") = "", py::kw_only(), py::arg("copy") = true,
      "A new input of the active graph, which gradients are taken by: a scalar of a number, a tensor of an array. Throws if there is no graph.");
  m.def(
      "inputs",
      [](const std::vector<double>& values) {
        py::list all;
        for (const auto x : values) all.append(give(seegrad::input(x)));
        return all;
      },
      py::arg("values"), documentation("inputs"));
  m.def(
      "named",
      [](py::object x, const std::string& name) {
        if (is_handle(x) && !x.attr("is_constant").cast<bool>()) x.attr("name") = name;
        return x;
      },
      py::arg("x"), py::arg("name"), documentation("named"));
  m.def(
      "detach",
      [](const operand& x) {
        return x.what() == operand::kind::scalar ? give(detach(x.as_scalar())) : on([](const tensor& t) { return detach(t); }, x);
      },
      py::arg("x"), documentation("detach"));
  m.def(
      "from_numpy", [](py::array x) { return give(tensor(from_numpy(std::move(x), memory::shared))); }, py::arg("x"),
      "A constant in numpy's own memory, which it keeps. It must not be written to while anything recorded of it is in use.");
}

}  // namespace

auto bind_handles(py::module_& m) -> void {
  handle_class<scalar>(m, "scalar",
                       "A number that remembers the node that made it. Made by input(), and by what is computed of one.")
      .def_property_readonly(
          "value", [](const kept<scalar>& x) { return x.it.value(); }, "The number.")
      .def(
          "item", [](const kept<scalar>& x) { return x.it.value(); }, "The number.")
      .def_property_readonly("shape", [](const kept<scalar>&) { return py::tuple(); })
      .def("__array__", [](const kept<scalar>& x, const py::args&) { return to_numpy(array(x.it.value())); })
      .def("__repr__", [](const kept<scalar>& x) { return fmt::format("scalar({}{})", x.it.value(), remarks(x)); });

  using self = kept<tensor>;
  handle_class<tensor>(
      m, "tensor",
      "An array that remembers the node that made it. tensor(x) is a constant: data, which gets no gradient; input(x) is what gets one.")
      .def(py::init([](py::handle x, const std::optional<dtype>& type, bool copy) {
             const operand given =
                 copy || !py::isinstance<py::array>(x) ? operand(x) : operand(tensor(from_any(x, memory::shared)));
             auto t = given.as_tensor();
             return keep(type ? cast(t, *type) : std::move(t));
           }),
           py::arg("x"), py::arg("dtype") = py::none(), py::kw_only(), py::arg("copy") = true)
      .def_property_readonly(
          "value", [](const self& x) { return to_numpy(x.it.value()); },
          "The numbers, as numpy's array in the same memory, to be read.")
      .def(
          "numpy", [](const self& x) { return to_numpy(x.it.value()); },
          "The numbers, as numpy's array in the same memory, to be read.")
      .def(
          "item", [](const self& x) { return x.it.value().item(); }, "The only element. Throws if there are more, or none.")
      .def(
          "__array__",
          [](const self& x, const py::object& type) -> py::object {
            auto y = to_numpy(x.it.value());
            if (type.is_none()) return y;
            return y.attr("astype")(type);
          },
          py::arg("dtype") = py::none())
      .def_property_readonly("shape", [](const self& x) { return x.it.shape(); })
      .def_property_readonly("ndim", [](const self& x) { return x.it.rank(); })
      .def_property_readonly("size", [](const self& x) { return x.it.size(); })
      .def_property_readonly("dtype", [](const self& x) { return x.it.type(); })
      .def_property_readonly(
          "T", [](const self& x) { return give(transpose(x.it)); }, "The last two axes exchanged.")
      .def("__len__",
           [](const self& x) {
             if (x.it.rank() == 0) throw py::type_error("tensor: one without axes has no length");
             return x.it.shape()[0];
           })
      .def("__iter__",
           [](const self& x) {
             if (x.it.rank() == 0) throw py::type_error("tensor: one without axes has no elements to go through");
             py::list rows;
             for (index_t i = 0; i < x.it.shape()[0]; ++i) rows.append(element_or_part(x, py::int_(i)));
             return py::iter(rows);
           })
      .def("__getitem__", &element_or_part, py::arg("index"))
      .def("__repr__", [](const self& x) {
        const auto numbers = py::module_::import("numpy").attr("array2string")(
            to_numpy(x.it.value()), py::arg("separator") = ", ", py::arg("prefix") = "tensor(");
        const auto type = x.it.type() == float64 ? "" : fmt::format(", dtype={}", seegrad::name_of(x.it.type()));
        return fmt::format("tensor({}{}{})", numbers.cast<std::string>(), type, remarks(x));
      });
  bind_inputs(m);
}

}  // namespace seegrad::python
