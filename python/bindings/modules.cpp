// Parameters, and functions on whole models.

#include "bind.hpp"
#include "model.hpp"
#include <nn/init/init.hpp>
#include <nn/save/state.hpp>
#include <nn/train/predictor.hpp>
#include <nn/train/summary.hpp>

namespace seegrad::python {
namespace {

auto bind_parameter(py::module_& m) -> void {
  py::class_<nn::parameter>(m, "parameter", R"(Numbers that training changes.

p() is their node in the graph that records, made at its first use there, and operations take p as that. New numbers are p.value = ….)")
      .def(py::init([](const array& x) { return std::make_unique<nn::parameter>(x); }), py::arg("value"))
      .def("__call__", [](const nn::parameter& p) { return give(p()); })
      .def_property(
          "value", [](const nn::parameter& p) { return p.value(); },
          [](nn::parameter& p, const array& x) {
            if (x.shape() != p.shape())
              throw py::value_error(fmt::format("parameter: numbers of shape {} for a parameter of shape {}",
                                                to_string(x.shape()), to_string(p.shape())));
            p = x.cast(p.type());
          })
      .def_property_readonly(
          "grad", [](const nn::parameter& p) { return nn::grad(p); }, documentation("nn::grad"))
      .def_property_readonly("has_grad", [](const nn::parameter& p) { return nn::has_grad(p); })
      .def_property_readonly("shape", [](const nn::parameter& p) { return p.shape(); })
      .def_property_readonly("size", [](const nn::parameter& p) { return p.size(); })
      .def_property_readonly("dtype", [](const nn::parameter& p) { return p.type(); })
      .def_readwrite("trainable", &nn::parameter::trainable, "False: frozen. It gets no gradient, and optimisers leave it alone.")
      .def("__repr__",
           [](const nn::parameter& p) {
             return fmt::format("parameter({}, {}{})", to_string(p.shape()), seegrad::name_of(p.type()),
                                p.trainable ? "" : ", frozen");
           })
      .attr("__array_ufunc__") = py::none();
  py::class_<nn::buffer>(m, "buffer", "Numbers that belong to a module and are saved with it, but are not trained.")
      .def(py::init([](const array& x) { return nn::buffer{x}; }), py::arg("value"))
      .def_property(
          "value", [](const nn::buffer& b) { return b.value; }, [](nn::buffer& b, const array& x) { b.value = x; });
}

auto bind_walks(py::module_& m) -> void {
  const auto of_model = py::arg("model");
  m.def(
      "parameters",
      [](py::object object) {
        model all(object);
        py::list out;
        const auto parts = all.parts();
        for (const auto& [name, p] : nn::parameters(all))
          out.append(py::make_tuple(name, py::cast(p, py::return_value_policy::reference_internal, parts)));
        return out;
      },
      of_model, "All parameters with their names, in the order of the fields: [(\"hidden.weight\", parameter), …].");
  m.def(
      "count_parameters",
      [](py::object object, bool frozen_too) { return nn::count_parameters(model(std::move(object)), frozen_too); }, of_model,
      py::arg("frozen_too") = false, documentation("nn::count_parameters"));
  const auto on_model = [&](const char* name, auto f, const char* text) {
    m.def(
        name,
        [f](py::object object) {
          model all(std::move(object));
          f(all);
        },
        of_model, text);
  };
  on_model(
      "freeze", [](model& all) { nn::freeze(all); }, "No parameter is trained.");
  on_model(
      "unfreeze", [](model& all) { nn::unfreeze(all); }, "All parameters are trained.");
  on_model(
      "train", [](model& all) { nn::train(all); }, "All modules are being trained: dropout and batch normalisation differ.");
  on_model(
      "eval", [](model& all) { nn::eval(all); }, "All modules are being used.");
  on_model(
      "name_layers", [](model& all) { nn::name_layers(all); }, documentation("nn::name_layers"));
  m.def(
      "to",
      [](py::object object, dtype type) {
        model all(std::move(object));
        nn::to(all, type);
      },
      of_model, py::arg("dtype"), documentation("nn::to"));
  m.def("manual_seed", &nn::manual_seed, py::arg("seed"), documentation("nn::manual_seed"));
  m.def(
      "state_dict", [](py::object object) { return nn::state_dict(model(std::move(object))); }, of_model,
      documentation("nn::state_dict"));
  m.def(
      "load_state_dict",
      [](py::object object, const nn::state_map& state, bool strict) {
        model all(std::move(object));
        const auto differ = nn::load_state_dict(all, state, {strict});
        return py::make_tuple(differ.missing_keys, differ.unexpected_keys);
      },
      of_model, py::arg("state"), py::kw_only(), py::arg("strict") = true, documentation("nn::load_state_dict"));
}

auto bind_views(py::module_& m) -> void {
  py::class_<nn::model_summary>(m, "model_summary", "A model's modules as a tree, with what each gives, holds and costs.")
      .def_readonly("parameters", &nn::model_summary::parameters)
      .def_readonly("trained", &nn::model_summary::trained)
      .def_readonly("multiply_adds", &nn::model_summary::multiply_adds)
      .def_property_readonly("output", [](const nn::model_summary& s) { return s.output; })
      .def("text", &nn::model_summary::text, py::arg("width") = 80)
      .def("__repr__", [](const nn::model_summary& s) { return s.text(); });
  m.def(
      "summary",
      [](py::object object, const array& example) {
        model all(std::move(object));
        return nn::summary(all, example);
      },
      py::arg("model"), py::arg("example"),
      "The model's modules as a tree, with what each gives, holds and costs: it is run once on the example.");
  py::class_<nn::predictor>(m, "predictor", "A model in eval mode as a program, for inputs of one shape. Made by compile().")
      .def(
          "__call__",
          [](const nn::predictor& p, const array& x) {
            const py::gil_scoped_release free;
            return p(x);
          },
          py::arg("x"), "What the model says of x. Other threads of Python run meanwhile.")
      .def("text", [](const nn::predictor& p) { return p.program().text(); });
  m.def(
      "compile",
      [](py::object object, const array& example) {
        model all(std::move(object));
        return nn::compile(all, example);
      },
      py::arg("model"), py::arg("example"), documentation("nn::compile"));
}

auto bind_first_numbers(py::module_& m) -> void {
  auto init = m.def_submodule("init", "The first numbers of a parameter.");
  using nn::parameter;
  const auto p = py::arg("parameter");
  init.def("constant", &nn::init::constant, p, py::arg("value"));
  init.def("zeros", &nn::init::zeros, p);
  init.def("ones", &nn::init::ones, p);
  init.def(
      "normal", [](parameter& p, double mean, double deviation) { nn::init::normal(p, mean, deviation); }, p,
      py::arg("mean") = 0.0, py::arg("deviation") = 1.0);
  init.def(
      "uniform", [](parameter& p, double lo, double hi) { nn::init::uniform(p, lo, hi); }, p, py::arg("lo") = 0.0,
      py::arg("hi") = 1.0);
  init.def(
      "xavier_uniform", [](parameter& p, double gain) { nn::init::xavier_uniform(p, gain); }, p, py::arg("gain") = 1.0);
  init.def(
      "xavier_normal", [](parameter& p, double gain) { nn::init::xavier_normal(p, gain); }, p, py::arg("gain") = 1.0);
  init.def(
      "kaiming_uniform", [](parameter& p, double a) { nn::init::kaiming_uniform(p, {.a = a}); }, p, py::arg("a") = 0.0);
  init.def(
      "kaiming_normal", [](parameter& p, double a) { nn::init::kaiming_normal(p, {.a = a}); }, p, py::arg("a") = 0.0);
  init.def(
      "lecun_uniform", [](parameter& p) { nn::init::lecun_uniform(p); }, p);
  init.def(
      "lecun_normal", [](parameter& p) { nn::init::lecun_normal(p); }, p);
  init.def(
      "orthogonal", [](parameter& p, double gain) { nn::init::orthogonal(p, gain); }, p, py::arg("gain") = 1.0);
}

}  // namespace

auto bind_modules(py::module_& m) -> void {
  bind_parameter(m);
  bind_walks(m);
  bind_views(m);
  bind_first_numbers(m);
}

}  // namespace seegrad::python
