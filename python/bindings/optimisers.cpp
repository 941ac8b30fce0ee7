// Optimisers, and learning rates that change.

#include "bind.hpp"
#include "model.hpp"
#include <nn/optimise/lbfgs.hpp>
#include <nn/optimise/optimiser.hpp>
#include <nn/optimise/schedule.hpp>
#include <pybind11/functional.h>

namespace seegrad::python {
namespace {

using groups = std::map<std::string, std::map<std::string, double>>;

/// An optimiser with other settings for parameters whose names fit a pattern: {"*.bias": {"weight_decay": 0}}.
template <class Kind>
auto with_groups(Kind kind, const groups& all) -> nn::optimiser {
  for (const auto& [pattern, settings] : all) {
    nn::group_options o;
    for (const auto& [name, value] : settings) {
      if (name == "lr") o.lr = value;
      else if (name == "lr_scale") o.lr_scale = value;
      else if (name == "weight_decay") o.weight_decay = value;
      else if (name == "momentum") o.momentum = value;
      else if (name == "eps") o.eps = value;
      else
        throw py::value_error(
            fmt::format("groups: there is no setting {}; those are lr, lr_scale, weight_decay, momentum and eps", name));
    }
    kind.group(pattern, o);
  }
  return kind;
}

auto bind_first_order(py::module_& m) -> void {
  py::class_<nn::optimiser>(m, "optimiser",
                            "What changes parameters by their gradients: made by sgd, adam, adamw, rmsprop, adagrad and lion.")
      .def(
          "step",
          [](nn::optimiser& o, py::object object, const std::optional<std::vector<std::optional<array>>>& gradients,
             double clip_norm) {
            model all(std::move(object));
            if (!gradients) {
              const auto clip = std::isinf(clip_norm) ? nn::clipping{} : nn::clip_grad_norm(all, clip_norm);
              return o.step(all, clip);
            }
            std::vector<array> list;
            nn::detail::norm_of_all norm(2);
            for (const auto& g : *gradients) {
              list.push_back(g.value_or(array()));
              if (g) norm.add(*g);
            }
            o.step(all, std::span<const array>(list),
                   std::isinf(clip_norm) ? nn::clipping{} : nn::detail::clip_to(norm.result(), clip_norm));
          },
          py::arg("model"), py::arg("gradients") = py::none(), py::kw_only(),
          py::arg("clip_norm") = std::numeric_limits<double>::infinity(),
          "One update of all parameters of the model that have a gradient in the active graph; or by gradients that are given, one for each parameter, None for none.")
      .def_property_readonly("steps", &nn::optimiser::steps)
      .def_property("lr", &nn::optimiser::lr, &nn::optimiser::set_lr)
      .def("state", &nn::optimiser::state, "Everything that further steps depend on but the options, by name.")
      .def("load_state", &nn::optimiser::load_state, py::arg("state"), "Goes on from there, to the bit.");
  const auto decay = py::arg("weight_decay") = 0.0;
  const auto maximize = py::arg("maximize") = false;
  const auto eps = py::arg("eps") = 1e-8;
  const auto group = py::arg("groups") = groups();
  const auto betas = py::arg("betas") = std::array<double, 2>{0.9, 0.999};
  const auto amsgrad = py::arg("amsgrad") = false;
  using pair = std::array<double, 2>;
  m.def(
      "sgd",
      [](double lr, double momentum, double dampening, double decay, bool nesterov, bool maximize, const groups& g) {
        return with_groups(nn::sgd({lr, momentum, dampening, decay, nesterov, maximize}), g);
      },
      py::arg("lr") = 1e-3, py::kw_only(), py::arg("momentum") = 0.0, py::arg("dampening") = 0.0, decay,
      py::arg("nesterov") = false, maximize, group, "Gradient descent, with momentum if wanted: torch.optim.SGD.");
  m.def(
      "adam",
      [](double lr, pair betas, double eps, double decay, bool amsgrad, bool maximize, const groups& g) {
        return with_groups(nn::adam({lr, betas, eps, decay, amsgrad, maximize}), g);
      },
      py::arg("lr") = 1e-3, py::kw_only(), betas, eps, decay, amsgrad, maximize, group,
      "Adam (Kingma and Ba, arXiv:1412.6980): torch.optim.Adam.");
  m.def(
      "adamw",
      [](double lr, pair betas, double eps, double decay, bool amsgrad, bool maximize, const groups& g) {
        return with_groups(nn::adamw({lr, betas, eps, decay, amsgrad, maximize}), g);
      },
      py::arg("lr") = 1e-3, py::kw_only(), betas, eps, py::arg("weight_decay") = 1e-2, amsgrad, maximize, group,
      "AdamW (Loshchilov and Hutter, arXiv:1711.05101): torch.optim.AdamW.");
  m.def(
      "rmsprop",
      [](double lr, double alpha, double eps, double decay, double momentum, bool centered, bool maximize, const groups& g) {
        nn::rmsprop_options o;
        o.lr = lr, o.alpha = alpha, o.eps = eps, o.weight_decay = decay, o.momentum = momentum, o.centered = centered,
        o.maximize = maximize;
        return with_groups(nn::rmsprop(o), g);
      },
      py::arg("lr") = 1e-2, py::kw_only(), py::arg("alpha") = 0.99, eps, decay, py::arg("momentum") = 0.0,
      py::arg("centered") = false, maximize, group, "RMSprop: torch.optim.RMSprop.");
  m.def(
      "adagrad",
      [](double lr, double lr_decay, double decay, double first, double eps, bool maximize, const groups& g) {
        return with_groups(nn::adagrad({lr, lr_decay, decay, first, eps, maximize}), g);
      },
      py::arg("lr") = 1e-2, py::kw_only(), py::arg("lr_decay") = 0.0, decay, py::arg("initial_accumulator_value") = 0.0,
      py::arg("eps") = 1e-10, maximize, group, "Adagrad: torch.optim.Adagrad.");
  m.def(
      "lion",
      [](double lr, pair betas, double decay, bool maximize, const groups& g) {
        return with_groups(nn::lion({lr, betas, decay, maximize}), g);
      },
      py::arg("lr") = 1e-4, py::kw_only(), py::arg("betas") = pair{0.9, 0.99}, decay, maximize, group,
      "Lion (Chen et al., arXiv:2302.06675).");
  m.def(
      "grad_norm", [](py::object object, double p) { return nn::grad_norm(model(std::move(object)), p); }, py::arg("model"),
      py::arg("p") = 2.0, documentation("nn::grad_norm"));
}

auto bind_second_order(py::module_& m) -> void {
  py::class_<nn::lbfgs>(m, "lbfgs", "L-BFGS (Liu and Nocedal 1989), for losses without noise: torch.optim.LBFGS.")
      .def(py::init([](double lr, std::int64_t max_iter, double tolerance_grad, double tolerance_change,
                       std::int64_t history_size, bool strong_wolfe) {
             nn::lbfgs_options o;
             o.lr = lr, o.max_iter = max_iter, o.tolerance_grad = tolerance_grad, o.tolerance_change = tolerance_change,
             o.history_size = history_size;
             o.line_search = strong_wolfe ? nn::line_search::strong_wolfe : nn::line_search::none;
             return nn::lbfgs(o);
           }),
           py::arg("lr") = 1.0, py::kw_only(), py::arg("max_iter") = 20, py::arg("tolerance_grad") = 1e-7,
           py::arg("tolerance_change") = 1e-9, py::arg("history_size") = 100, py::arg("strong_wolfe") = false)
      .def(
          "step",
          [](nn::lbfgs& o, py::object object, const py::function& closure) {
            model all(std::move(object));
            return o.step(all, [&] { return operand(closure()).as_tensor(); });
          },
          py::arg("model"), py::arg("closure"),
          "Several iterations; the closure computes the loss and gives it. Returns the loss before them.")
      .def_property_readonly("iterations", &nn::lbfgs::iterations)
      .def_property_readonly("evaluations", &nn::lbfgs::evaluations)
      .def("state", &nn::lbfgs::state)
      .def("load_state", &nn::lbfgs::load_state, py::arg("state"));
}

/// A schedule of the library's, as a function of the step.
auto bind_schedules(py::module_& m) -> void {
  const auto lr = py::arg("lr");
  using schedule = nn::schedule;
  m.def(
      "constant_lr", [](double lr) -> schedule { return nn::constant_lr{lr}; }, lr, documentation("nn::constant_lr"));
  m.def(
      "step_lr",
      [](double lr, index_t size, double gamma) -> schedule {
        return nn::step_lr{lr, size, gamma};
      },
      lr, py::arg("step_size"), py::arg("gamma") = 0.1, documentation("nn::step_lr"));
  m.def(
      "multi_step_lr",
      [](double lr, std::vector<index_t> at, double gamma) -> schedule {
        return nn::multi_step_lr{lr, std::move(at), gamma};
      },
      lr, py::arg("milestones"), py::arg("gamma") = 0.1, documentation("nn::multi_step_lr"));
  m.def(
      "exponential_lr",
      [](double lr, double gamma) -> schedule {
        return nn::exponential_lr{lr, gamma};
      },
      lr, py::arg("gamma"), documentation("nn::exponential_lr"));
  m.def(
      "cosine_annealing",
      [](double lr, index_t n, double least) -> schedule {
        return nn::cosine_annealing{lr, n, least};
      },
      lr, py::arg("T_max"), py::arg("eta_min") = 0.0, documentation("nn::cosine_annealing"));
  m.def(
      "one_cycle",
      [](double most, index_t n, double start, double div, double last) -> schedule {
        return nn::one_cycle{most, n, start, div, last};
      },
      py::arg("max_lr"), py::arg("total_steps"), py::arg("pct_start") = 0.3, py::arg("div_factor") = 25.0,
      py::arg("final_div_factor") = 1e4, documentation("nn::one_cycle"));
  m.def(
      "inverse_time_decay",
      [](double lr, double rate) -> schedule {
        return nn::inverse_time_decay{lr, rate};
      },
      lr, py::arg("rate"), documentation("nn::inverse_time_decay"));
  m.def(
      "warmup", [](index_t n, schedule then, double factor) -> schedule { return nn::warmup(n, std::move(then), factor); },
      py::arg("n"), py::arg("then"), py::arg("start_factor") = 1.0 / 3, documentation("nn::warmup"));
}

}  // namespace

auto bind_optimisers(py::module_& m) -> void {
  bind_first_order(m);
  bind_second_order(m);
  bind_schedules(m);
}

}  // namespace seegrad::python
