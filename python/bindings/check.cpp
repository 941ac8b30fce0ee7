// Is the gradient right?

#include "bind.hpp"
#include "function.hpp"
#include "recorded_call.hpp"
#include <autodiff/check/check.hpp>
#include <autodiff/check/check_program.hpp>

namespace seegrad::python {
namespace {

auto to_dict(const finding& f) -> py::dict {
  py::dict d;
  d["name"] = f.name, d["operation"] = f.operation, d["scope"] = f.scope, d["by"] = f.by, d["element"] = f.element;
  d["verdict"] = std::string(to_string(f.what)), d["claimed"] = f.claimed, d["measured"] = f.measured,
  d["difference"] = f.difference;
  d["method"] = f.method, d["detail"] = f.detail;
  return d;
}

auto verdict_of(const std::string& name) -> verdict {
  for (std::size_t v = 0; v < verdicts; ++v)
    if (to_string(static_cast<verdict>(v)) == name) return static_cast<verdict>(v);
  throw py::value_error(fmt::format("count: {} is no verdict; those are PASS, FAIL, NOISY, KINK, NON-FINITE and UNTESTED", name));
}

auto check_any(py::object f, const py::args& x, const std::optional<std::vector<double>>& by_hand, const check_options& o)
    -> check_report {
  if (is_handle(f)) {
    const operand y(f);
    const turn here(y.of());
    if (y.what() == operand::kind::scalar) {
      const auto s = y.as_scalar();
      const py::gil_scoped_release free;
      return check(s, o);
    }
    const auto t = y.as_tensor();
    const py::gil_scoped_release free;
    return check(t, o);
  }
  if (py::isinstance<program>(f)) return check(f.cast<const program&>(), from_any(x[0], memory::copied).to_vector<double>(), o);
  if (py::isinstance<array_program>(f)) return check(f.cast<const array_program&>(), x[0].cast<std::vector<array>>(), o);
  if (PyCallable_Check(f.ptr()) == 0)
    throw py::type_error(
        fmt::format("check: of a recorded value, a function or a program, and not of a {}", Py_TYPE(f.ptr())->tp_name));
  if (by_hand) {
    const detail::function_under_test under{[&](const std::vector<scalar>& at) -> scalar {
                                              py::list list;
                                              for (const auto& one : at) list.append(give(one));
                                              return operand(f(list)).as_scalar();
                                            },
                                            {}};
    return detail::check_by_hand(under, *by_hand, from_any(x[0], memory::copied).to_vector<double>(), o);
  }
  const recorded_call call(f, x, "check");
  if (call.y.what() == operand::kind::scalar) return check(call.y.as_scalar(), o);
  return check(call.y.as_tensor(), o);
}

}  // namespace

auto bind_check(py::module_& m) -> void {
  py::class_<check_report>(m, "check_report",
                           "What a check found: true if nothing is wrong, printed as a summary and a table of the worst.")
      .def_property_readonly("passed", &check_report::passed, "No FAIL and no NON-FINITE.")
      .def("__bool__", &check_report::passed)
      .def(
          "count", [](const check_report& r, const std::string& v) { return r.count(verdict_of(v)); }, py::arg("verdict"),
          "How often PASS, FAIL, NOISY, KINK, NON-FINITE or UNTESTED.")
      .def_property_readonly(
          "findings",
          [](const check_report& r) {
            py::list all;
            for (const auto& f : r.findings) all.append(to_dict(f));
            return all;
          },
          "All that did not pass, the worst first, and then the passes with the largest differences.")
      .def_property_readonly("remarks", [](const check_report& r) { return r.remarks; })
      .def("summary", &check_report::summary)
      .def("text", &check_report::text)
      .def("to_json", &check_report::to_json)
      .def("__str__", &check_report::text)
      .def("__repr__", &check_report::text);
  m.def(
      "check",
      [](py::object f, const py::args& x, const std::optional<std::vector<double>>& by_hand, double tolerance, std::size_t worst,
         bool whole, bool second_order, std::uint64_t seed, std::vector<std::string> names) {
        check_options o;
        o.tolerance = tolerance, o.worst = worst, o.whole = whole, o.second_order = second_order, o.seed = seed,
        o.names = std::move(names);
        return check_any(std::move(f), x, by_hand, o);
      },
      py::arg("f"), py::kw_only(), py::arg("by_hand") = py::none(), py::arg("tolerance") = 1e-6, py::arg("worst") = 10,
      py::arg("whole") = true, py::arg("second_order") = false, py::arg("seed") = 1,
      py::arg("names") = std::vector<std::string>(),
      R"(Holds every derivative against finite differences, complex steps and dual numbers, and then the gradient as a whole.

check(y): of what is recorded. check(f, x…): of a function at floats and arrays. check(program, x): of a program.
check(f, x, by_hand=[…]): is a gradient worked out by hand that of f, a function of a list of numbers?)");
}

}  // namespace seegrad::python
