// The module seegrad._seegrad: the library's functions under their own names. What it shows to users is put together in python/seegrad.

#include "module.hpp"

#include <autodiff/array/error.hpp>
#include <autodiff/array/parallel.hpp>
#include <autodiff/graph/guard.hpp>
#include <pybind11/pybind11.h>

namespace seegrad::python {
namespace {

// The library's sentence, as an exception of Python's. What the library throws is an argument that cannot be; so both are a ValueError.
auto bind_errors(py::module_& m) -> void {
  auto& base = py::register_exception<error>(m, "error", PyExc_ValueError);
  auto& guard = py::register_exception<guard_failure>(m, "guard_failure", base.ptr());
  base.attr("__doc__") =
      "What the library refuses, in one sentence: the operation, the shapes or values, what is wrong, and often a hint.";
  // What pybind11 says of a value that it cannot convert is for those who compile it.
  py::register_local_exception_translator([](std::exception_ptr thrown) {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const py::cast_error&) {
      PyErr_SetString(PyExc_TypeError,
                      "seegrad: an argument, or what a function of yours returned, is of another type than is wanted");
    }
  });
  guard.attr("__doc__") = "A program met another answer than the one that was recorded, so that it does not answer there.";
}

}  // namespace
}  // namespace seegrad::python

PYBIND11_MODULE(_seegrad, m) {
  using namespace seegrad::python;
  m.attr("__version__") = SEEGRAD_VERSION;
  bind_errors(m);
  m.def("set_num_threads", &seegrad::set_num_threads, py::arg("n"), documentation("set_num_threads"));
  m.def("num_threads", &seegrad::num_threads, "How many threads large operations may use.");
  bind_graph(m);
  bind_handles(m);
  bind_operators(m);
  bind_shapes(m);
  bind_reductions(m);
  bind_products(m);
  bind_windows(m);
  bind_derivatives(m);
  bind_programs(m);
  bind_functions(m);
  bind_check(m);
  bind_picture(m);
  auto nn = m.def_submodule("nn", "Neural networks: layers, losses, optimisers, data, training, files.");
  bind_modules(nn);
  bind_layers(nn);
  bind_losses(nn);
  bind_optimisers(nn);
  bind_data(nn);
  bind_training(nn);
  bind_files(nn);
  bind_onnx(nn);
}
