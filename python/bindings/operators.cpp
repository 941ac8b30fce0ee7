// The operations on numbers, by the library's list of them: a new one needs no word here.

#include "bind.hpp"
#include <fmt/format.h>

namespace seegrad::python {
namespace {

using operands = std::array<const operand*, max_arity>;

auto apply_to(const operation& op, const operands& x) -> py::object {
  const auto n = static_cast<std::size_t>(op.arity);
  bool has_axes = false, as_handle = false;
  for (std::size_t i = 0; i < n; ++i) has_axes |= x[i]->has_axes(), as_handle |= x[i]->is_handle();
  if (has_axes) {
    tensor all[max_arity], y;
    for (std::size_t i = 0; i < n; ++i) all[i] = x[i]->as_tensor();
    op.record_tensor(all, y);
    return give(std::move(y), as_handle);
  }
  if (as_handle) {
    scalar all[max_arity], y;
    for (std::size_t i = 0; i < n; ++i) all[i] = x[i]->as_scalar();
    op.record(all, y);
    return give(y);
  }
  double all[max_arity];
  for (std::size_t i = 0; i < n; ++i) all[i] = x[i]->as_scalar().value();
  return give(op.value(all));
}

auto text_of(const operation& op) -> std::string {
  std::string text = fmt::format("{}: {}", op.help, op.formula(-1));
  for (int i = 0; i < op.arity; ++i)
    text += fmt::format("\n    d/d{} = {}", op.arity == 1 ? "x" : std::string(1, "abc"[i]), op.formula(i));
  return text;
}

/// The operation as a function, which f shows under a name.
template <class F>
auto with_function(const operation* op, F f) -> void {
  switch (op->arity) {
    case 1: return f([op](const operand& x) { return apply_to(*op, {&x}); }, py::arg("x"));
    case 2: return f([op](const operand& a, const operand& b) { return apply_to(*op, {&a, &b}); }, py::arg("a"), py::arg("b"));
    default:
      return f(
          [op](const operand& a, const operand& b, const operand& c) {
            return apply_to(*op, {&a, &b, &c});
          },
          py::arg("a"), py::arg("b"), py::arg("c"));
  }
}

auto found(std::string_view name) -> const operation* {
  const auto* op = find_operation(name);
  if (!op) throw py::import_error(fmt::format("seegrad: there is no operation {}", name));
  return op;
}

/// An operator of two operands, and the same with the operands exchanged. What is no number leaves it to the other side, which may know
/// what to do.
template <class F>
  requires std::invocable<F, const operand&, const operand&>
auto define_operator(const py::object& type, const char* name, const char* reversed, F f) -> void {
  for (const bool exchanged : {false, true}) {
    const auto* as = exchanged ? reversed : name;
    type.attr(as) = py::cpp_function(
        [f, exchanged](const operand& x, py::handle other) -> py::object {
          if (other.is_none() || PyUnicode_Check(other.ptr()) != 0) return py::reinterpret_borrow<py::object>(Py_NotImplemented);
          const operand y(other);
          return exchanged ? f(y, x) : f(x, y);
        },
        py::name(as), py::is_method(type), py::is_operator());
  }
}
auto define_operator(const py::object& type, const char* name, const char* reversed, std::string_view operation) -> void {
  define_operator(type, name, reversed, [op = found(operation)](const operand& a, const operand& b) {
    return apply_to(*op, {&a, &b});
  });
}
auto define_operator(const py::object& type, const char* name, std::string_view operation) -> void {
  type.attr(name) = py::cpp_function([op = found(operation)](const operand& x) { return apply_to(*op, {&x}); }, py::name(name),
                                     py::is_method(type), py::is_operator());
}

auto apply_to(std::string_view operation, const operand& a, const operand& b) -> operand {
  return operand(apply_to(*found(operation), {&a, &b}));
}

/// As Python's numbers, numpy and PyTorch: it has the sign of b, where fmod has that of a.
auto remainder(const operand& a, const operand& b) -> py::object {
  const operand zero(py::float_(0.0)), cut = apply_to("fmod", a, b);
  const operand signs = apply_to("mul", operand(apply_to(*found("sign"), {&cut})), operand(apply_to(*found("sign"), {&b})));
  const operand other_side = apply_to("less", signs, zero), moved = apply_to("add", cut, b);
  return apply_to(*found("select"), {&other_side, &moved, &cut});
}
/// The whole number q of a = q b + remainder; with it the sum is right where a / b is rounded to a whole number.
auto floored_quotient(const operand& a, const operand& b) -> py::object {
  const operand whole = apply_to("div", apply_to("sub", a, operand(remainder(a, b))), b);
  return apply_to(*found("round"), {&whole});
}

/// Two numbers are compared by value, which may be a branch of the program's; arrays element by element, which is recorded.
template <class Compare>
auto define_comparison(const py::object& type, const char* name, std::string_view operation, Compare compare) -> void {
  const auto* op = found(operation);
  type.attr(name) = py::cpp_function(
      [op, compare](const operand& x, py::handle other) -> py::object {
        if (other.is_none() || PyUnicode_Check(other.ptr()) != 0) return py::reinterpret_borrow<py::object>(Py_NotImplemented);
        const operand y(other);
        if (x.has_axes() || y.has_axes()) return apply_to(*op, {&x, &y});
        return py::bool_(compare(x.as_scalar(), y.as_scalar()));
      },
      py::name(name), py::is_method(type), py::is_operator());
}

}  // namespace

auto bind_operators(py::module_& m) -> void {
  py::list names;
  for (const auto* op : operations()) {
    const std::string name(op->name);
    with_function(op, [&](auto f, auto... arguments) { m.def(name.c_str(), f, arguments..., text_of(*op).c_str()); });
    names.append(name);
  }
  m.attr("operations") = py::tuple(names);
  py::list structural;
  for (const auto* op : structural_operations()) structural.append(std::string(op->name));
  m.attr("structural_operations") = py::tuple(structural);
  m.def(
      "where",
      [op = found("select")](const operand& condition, const operand& yes, const operand& no) {
        return apply_to(*op, {&condition, &yes, &no});
      },
      py::arg("condition"), py::arg("yes"), py::arg("no"), "yes where the condition is not 0, else no; as select");
  const auto extreme = [&](const char* name, const operation* op) {
    m.def(
        name,
        [op](const operand& a, const operand& b) {
          return apply_to(*op, {&a, &b});
        },
        py::arg("a"), py::arg("b"), text_of(*op).c_str());
  };
  extreme("maximum", found("max")), extreme("minimum", found("min"));
  m.def("remainder", remainder, py::arg("a"), py::arg("b"),
        "a % b, with the sign of b, as numpy's and PyTorch's; fmod has that of a");
  m.def("floor_divide", floored_quotient, py::arg("a"), py::arg("b"), "a // b: the whole number that remainder leaves out");

  for (const char* type_name : {"scalar", "tensor"}) {
    const py::object type = m.attr(type_name);
    define_operator(type, "__add__", "__radd__", "add");
    define_operator(type, "__sub__", "__rsub__", "sub");
    define_operator(type, "__mul__", "__rmul__", "mul");
    define_operator(type, "__truediv__", "__rtruediv__", "div");
    define_operator(type, "__pow__", "__rpow__", "pow");
    define_operator(type, "__mod__", "__rmod__", remainder);
    define_operator(type, "__floordiv__", "__rfloordiv__", floored_quotient);
    define_operator(type, "__neg__", "neg");
    define_operator(type, "__abs__", "abs");
    type.attr("__pos__") = py::cpp_function([](py::object x) { return x; }, py::name("__pos__"), py::is_method(type));
    define_comparison(type, "__lt__", "less", [](const scalar& a, const scalar& b) { return a < b; });
    define_comparison(type, "__le__", "less_equal", [](const scalar& a, const scalar& b) { return a <= b; });
    define_comparison(type, "__gt__", "greater", [](const scalar& a, const scalar& b) { return a > b; });
    define_comparison(type, "__ge__", "greater_equal", [](const scalar& a, const scalar& b) { return a >= b; });
    define_comparison(type, "__eq__", "equal", [](const scalar& a, const scalar& b) { return a == b; });
    define_comparison(type, "__ne__", "not_equal", [](const scalar& a, const scalar& b) { return a != b; });
    // Two handles are one if they are of one node: a dictionary by inputs is then what it looks like.
    type.attr("__hash__") = py::cpp_function([](py::handle x) { return reinterpret_cast<std::intptr_t>(x.ptr()) / 16; },
                                             py::name("__hash__"), py::is_method(type));
  }
  const py::object tensor_class = m.attr("tensor");
  define_operator(tensor_class, "__and__", "__rand__", "logical_and");
  define_operator(tensor_class, "__or__", "__ror__", "logical_or");
  define_operator(tensor_class, "__xor__", "__rxor__", "logical_xor");
  define_operator(tensor_class, "__invert__", "logical_not");
}

}  // namespace seegrad::python
