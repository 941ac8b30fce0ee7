// Derivatives of Python's functions, by the verbs of derive/function.hpp and run/traced_function.hpp.

#include "bind.hpp"
#include "derivatives.hpp"
#include "function.hpp"
#include "point.hpp"

namespace seegrad::python {
namespace {

/// What the library gives of a function, to Python.
auto show(const array& x) -> py::object { return to_numpy_or_number(x); }
auto show(const plain_point& x) -> py::object { return x.is; }
template <class A, class B>
auto show(const std::pair<A, B>& x) -> py::object {
  return py::make_tuple(show(x.first), show(x.second));
}

auto is_array(py::handle x) -> bool {
  return py::isinstance<py::array>(x) && py::reinterpret_borrow<py::array>(x).dtype().kind() == 'f';
}

auto is_function(py::handle f) -> bool { return !is_handle(f) && PyCallable_Check(f.ptr()) != 0; }
auto is_traced(py::handle f) -> bool { return py::isinstance<traced_function>(f); }

/// Of the derivatives by all arguments those by the ones that have variables: alone if there is one.
auto by_variables(const py::tuple& arguments, const py::tuple& slopes, const char* who) -> py::object {
  py::list out;
  for (std::size_t i = 0; i < arguments.size(); ++i)
    if (has_leaf(arguments[i], is_variable)) out.append(slopes[i]);
  if (out.empty())
    throw py::type_error(fmt::format(
        "{}: none of the arguments is a float, an array of floats, or a list of such; whole numbers are data, and 2.0 is a variable",
        who));
  if (out.size() == 1) return out[0];
  return py::tuple(out);
}

auto need_variables(const py::args& x, const char* who) -> void { static_cast<void>(by_variables(x, x, who)); }

auto value_and_gradient_of(py::handle f, const py::args& x, const char* who) -> std::pair<py::object, py::object> {
  need_variables(x, who);
  if (has_leaf(x, is_handle)) {
    bool is_number = false;
    const auto at = [&](const recorded_point& a) -> tensor {
      const operand y(f(*a.is));
      is_number = !y.has_axes();
      return y.as_tensor();
    };
    const auto [y, slopes] = value_and_gradient(at, recorded_point{x});
    return {is_number ? give(scalar_of(y)) : give(y), by_variables(x, slopes.is, who)};
  }
  if (is_traced(f)) {
    const auto [y, slopes] = value_and_gradient(f.cast<traced_function&>(), plain_point{x});
    return {py::float_(y), by_variables(x, slopes.is, who)};
  }
  const auto at = [&](const plain_point& a) -> tensor { return operand(f(*a.is)).as_tensor(); };
  const auto [y, slopes] = value_and_gradient(at, plain_point{x});
  return {py::float_(y), by_variables(x, slopes.is, who)};
}

/// What a traced function was made of. Programs of lists of numbers know values and gradients; what else is asked of them is asked of the function.
auto itself(py::handle f) -> py::object {
  return is_traced(f) ? py::object(f.cast<traced_function&>().function().f) : py::reinterpret_borrow<py::object>(f);
}

auto need_numbers(py::handle x, const char* who) -> void {
  if (!has_leaf(x, is_variable))
    throw py::type_error(fmt::format("{}: the argument is a float, an array of floats, or a list of floats, and not a {}", who,
                                     Py_TYPE(x.ptr())->tp_name));
  if (has_leaf(x, is_handle))
    throw py::type_error(fmt::format(
        "{}: of recorded values it is {}(y, x), or recorded_gradient where it is to be differentiated again", who, who));
}

// verb(f, x) with f as the library wants it: of an array, or of numbers in lists, whose result is a list or a number.
template <class Verb>
auto of_array(py::handle f, py::handle x, Verb verb) -> py::object {
  const auto at = from_any(x, memory::copied);
  if (is_traced(f)) return show(verb(f.cast<traced_function&>(), at));
  return show(verb([&](const tensor& t) -> tensor { return operand(f(give(t))).as_tensor(); }, at));
}
template <class Verb>
auto with_function(py::handle f, py::handle x, const char* who, Verb verb) -> py::object {
  need_numbers(x, who);
  if (is_array(x)) return of_array(f, x, verb);
  const plain_point at{py::reinterpret_borrow<py::object>(x)};
  return show(verb([f = itself(f)](const plain_point& a) -> plain_point { return {f(a.is)}; }, at));
}
template <class Verb>
auto with_number(py::handle f, py::handle x, const char* who, Verb verb) -> py::object {
  need_numbers(x, who);
  if (is_array(x)) return of_array(f, x, verb);
  const plain_point at{py::reinterpret_borrow<py::object>(x)};
  return show(verb([f = itself(f)](const plain_point& a) -> scalar { return operand(f(a.is)).as_scalar(); }, at));
}

/// A second argument of the kind of the first.
auto like(const array&, py::handle v) -> array { return from_any(v, memory::copied); }
auto like(const plain_point&, py::handle v) -> plain_point { return {py::reinterpret_borrow<py::object>(v)}; }

auto bind_verbs(py::module_& m) -> void {
  m.def(
      "value_and_gradient", [](py::function f, const py::args& x) { return value_and_gradient_of(f, x, "value_and_gradient"); },
      py::arg("f"), documentation("value_and_gradient"));
  m.def(
      "gradient",
      [](py::object f, const py::args& x, const std::optional<operand>& seed) -> py::object {
        if (is_function(f)) return value_and_gradient_of(f, x, "gradient").second;
        if (x.size() != 1)
          throw py::type_error(
              "gradient: gradient(f, x…) of a function, or gradient(y, x) or gradient(y, [a, b]) of a recorded value");
        return gradient_of_handle(operand(f), x[0], seed);
      },
      py::arg("f"), py::kw_only(), py::arg("seed") = py::none(),
      "gradient(f, x…): the derivatives of a function by its arguments, each like its argument. gradient(y, x), gradient(y, [a, b]): those of a recorded value.");
  m.def(
      "jacobian",
      [](py::object f, py::object x) {
        if (!is_function(f)) return jacobian_of_handles(f, x);
        return with_function(f, x, "jacobian", [](auto&& f, const auto& at) { return jacobian(f, at); });
      },
      py::arg("f"), py::arg("x"), documentation("jacobian"));
  m.def(
      "hessian",
      [](py::object f, py::object x) {
        if (!is_function(f)) return hessian_of_handle(operand(f), x);
        return with_number(f, x, "hessian", [](auto&& f, const auto& at) { return hessian(f, at); });
      },
      py::arg("f"), py::arg("x"), documentation("hessian"));
  m.def(
      "hvp",
      [](py::object f, py::object x, py::object v) {
        if (!is_function(f)) return hessian_product_of_handle(operand(f), x, v);
        return with_number(f, x, "hvp", [&](auto&& f, const auto& at) { return hvp(f, at, like(at, v)); });
      },
      py::arg("f"), py::arg("x"), py::arg("v"), documentation("hvp"));
  m.def(
      "vjp",
      [](py::object f, py::object x, py::object w) {
        if (!is_function(f)) return gradient_of_handle(operand(f), x, operand(w));
        return with_function(f, x, "vjp", [&](auto&& f, const auto& at) { return vjp(f, at, like(at, w)); });
      },
      py::arg("f"), py::arg("x"), py::arg("w"), documentation("vjp"));
  m.def(
      "jvp",
      [](py::object f, py::object x, py::object v) {
        if (!is_function(f)) return change_of_handle(operand(f), x, v);
        return with_function(f, x, "jvp", [&](auto&& f, const auto& at) { return jvp(f, at, like(at, v)); });
      },
      py::arg("f"), py::arg("x"), py::arg("v"), documentation("jvp"));
}

}  // namespace

auto bind_functions(py::module_& m) -> void {
  bind_verbs(m);
  py::class_<traced_function>(
      m, "traced",
      R"(A function that is recorded once for each shape of its arguments and each way it branches, and then runs as a program.

    fast = seegrad.traced(f)
    fast(x), seegrad.value_and_gradient(fast, x)

It must compute from its arguments alone, which are floats, arrays, and lists, tuples and dictionaries of them.)")
      .def(py::init([](py::function f, std::size_t most_programs) {
             return traced_function(python_function{std::move(f)}, most_programs);
           }),
           py::arg("f"), py::kw_only(), py::arg("most_programs") = 64)
      .def("__call__",
           [](const traced_function& f, const py::args& x) -> py::object {
             if (has_leaf(x, is_handle)) return f.function().f(*x);
             need_variables(x, "traced");
             return f(plain_point{x}).is;
           })
      .def_property_readonly("programs", &traced_function::programs, "How many programs are kept.")
      .def_property_readonly("recorded", &traced_function::recorded, "How often one was recorded.");
}

}  // namespace seegrad::python
