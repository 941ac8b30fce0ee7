// Losses and metrics.

#include "bind.hpp"
#include <nn/loss/loss.hpp>
#include <nn/metric/metric.hpp>

namespace seegrad::python {
namespace {

auto reduction_of(const std::string& name) -> nn::reduction {
  static const std::map<std::string, nn::reduction> known = {{"mean", nn::reduction::mean},
                                                             {"sum", nn::reduction::sum},
                                                             {"none", nn::reduction::none},
                                                             {"batchmean", nn::reduction::batchmean}};
  const auto found = known.find(name);
  if (found == known.end()) throw py::value_error(fmt::format("reduction: {} is none of mean, sum, none and batchmean", name));
  return found->second;
}
auto average_of(const std::string& name) -> nn::average {
  if (name == "macro") return nn::average::macro;
  if (name == "micro") return nn::average::micro;
  if (name == "weighted") return nn::average::weighted;
  throw py::value_error(fmt::format("average: {} is none of macro, micro and weighted", name));
}

using text = const std::string&;
using weights = const std::optional<array>&;
auto or_none(weights w) -> array { return w.value_or(array()); }

auto bind_between_numbers(py::module_& m) -> void {
  const auto input = py::arg("input");
  const auto target = py::arg("target");
  const auto reduction = py::arg("reduction") = "mean";
  m.def(
      "mse_loss",
      [](const operand& x, const operand& t, text r) {
        return on([&](const tensor& x, const tensor& t) { return nn::mse_loss(x, t, {reduction_of(r)}); }, x, t);
      },
      input, target, py::kw_only(), reduction, documentation("nn::mse_loss"));
  m.def(
      "l1_loss",
      [](const operand& x, const operand& t, text r) {
        return on([&](const tensor& x, const tensor& t) { return nn::l1_loss(x, t, {reduction_of(r)}); }, x, t);
      },
      input, target, py::kw_only(), reduction, documentation("nn::l1_loss"));
  m.def(
      "huber_loss",
      [](const operand& x, const operand& t, text r, double delta) {
        return on([&](const tensor& x, const tensor& t) { return nn::huber_loss(x, t, {reduction_of(r), delta}); }, x, t);
      },
      input, target, py::kw_only(), reduction, py::arg("delta") = 1.0, documentation("nn::huber_loss"));
  m.def(
      "smooth_l1_loss",
      [](const operand& x, const operand& t, text r, double beta) {
        return on([&](const tensor& x, const tensor& t) { return nn::smooth_l1_loss(x, t, {reduction_of(r), beta}); }, x, t);
      },
      input, target, py::kw_only(), reduction, py::arg("beta") = 1.0, documentation("nn::smooth_l1_loss"));
}

auto bind_of_classes(py::module_& m) -> void {
  const auto input = py::arg("input");
  const auto target = py::arg("target");
  const auto reduction = py::arg("reduction") = "mean";
  const auto weight = py::arg("weight") = py::none();
  const auto ignore = py::arg("ignore_index") = -100;
  m.def(
      "cross_entropy",
      [](const operand& x, const operand& t, weights w, std::int64_t ignore, text r, double smoothing) {
        return on(
            [&](const tensor& x, const tensor& t) {
              return nn::cross_entropy(x, t, {or_none(w), ignore, reduction_of(r), smoothing});
            },
            x, t);
      },
      input, target, py::kw_only(), weight, ignore, reduction, py::arg("label_smoothing") = 0.0,
      documentation("nn::cross_entropy"));
  m.def(
      "nll_loss",
      [](const operand& x, const operand& t, weights w, std::int64_t ignore, text r) {
        return on(
            [&](const tensor& x, const tensor& t) {
              return nn::nll_loss(x, t, {or_none(w), ignore, reduction_of(r)});
            },
            x, t);
      },
      input, target, py::kw_only(), weight, ignore, reduction, documentation("nn::nll_loss"));
  m.def(
      "kl_div",
      [](const operand& x, const operand& t, text r, bool log_target) {
        return on([&](const tensor& x, const tensor& t) { return nn::kl_div(x, t, {reduction_of(r), log_target}); }, x, t);
      },
      input, target, py::kw_only(), reduction, py::arg("log_target") = false, documentation("nn::kl_div"));
}

auto bind_of_yes_and_no(py::module_& m) -> void {
  const auto input = py::arg("input");
  const auto target = py::arg("target");
  const auto reduction = py::arg("reduction") = "mean";
  const auto weight = py::arg("weight") = py::none();
  m.def(
      "binary_cross_entropy",
      [](const operand& x, const operand& t, weights w, text r) {
        return on(
            [&](const tensor& x, const tensor& t) {
              return nn::binary_cross_entropy(x, t, {or_none(w), reduction_of(r)});
            },
            x, t);
      },
      input, target, py::kw_only(), weight, reduction, documentation("nn::binary_cross_entropy"));
  m.def(
      "binary_cross_entropy_with_logits",
      [](const operand& x, const operand& t, weights w, text r, weights positive) {
        return on(
            [&](const tensor& x, const tensor& t) {
              return nn::binary_cross_entropy_with_logits(x, t, {or_none(w), reduction_of(r), or_none(positive)});
            },
            x, t);
      },
      input, target, py::kw_only(), weight, reduction, py::arg("pos_weight") = py::none(),
      documentation("nn::binary_cross_entropy_with_logits"));
  m.def(
      "hinge_loss",
      [](const operand& x, const operand& t, double margin, text r) {
        return on([&](const tensor& x, const tensor& t) { return nn::hinge_loss(x, t, {margin, reduction_of(r)}); }, x, t);
      },
      input, target, py::kw_only(), py::arg("margin") = 1.0, reduction, documentation("nn::hinge_loss"));
}

auto bind_of_vectors(py::module_& m) -> void {
  const auto reduction = py::arg("reduction") = "mean";
  m.def(
      "cosine_similarity",
      [](const operand& u, const operand& v, index_t axis, double eps) {
        return on([&](const tensor& u, const tensor& v) { return nn::cosine_similarity(u, v, {axis, eps}); }, u, v);
      },
      py::arg("u"), py::arg("v"), py::kw_only(), py::arg("axis") = 1, py::arg("eps") = 1e-8,
      documentation("nn::cosine_similarity"));
  m.def(
      "cosine_embedding_loss",
      [](const operand& u, const operand& v, const operand& t, double margin, text r) {
        return on(
            [&](const tensor& u, const tensor& v, const tensor& t) {
              return nn::cosine_embedding_loss(u, v, t, {margin, reduction_of(r)});
            },
            u, v, t);
      },
      py::arg("u"), py::arg("v"), py::arg("target"), py::kw_only(), py::arg("margin") = 0.0, reduction,
      documentation("nn::cosine_embedding_loss"));
  m.def(
      "hinge_embedding_loss",
      [](const operand& x, const operand& t, double margin, text r) {
        return on(
            [&](const tensor& x, const tensor& t) {
              return nn::hinge_embedding_loss(x, t, {margin, reduction_of(r)});
            },
            x, t);
      },
      py::arg("input"), py::arg("target"), py::kw_only(), py::arg("margin") = 1.0, reduction,
      documentation("nn::hinge_embedding_loss"));
  m.def(
      "triplet_margin_loss",
      [](const operand& a, const operand& p, const operand& n, double margin, double eps, bool swap, text r) {
        return on(
            [&](const tensor& a, const tensor& p, const tensor& n) {
              return nn::triplet_margin_loss(a, p, n, {margin, eps, swap, reduction_of(r)});
            },
            a, p, n);
      },
      py::arg("anchor"), py::arg("positive"), py::arg("negative"), py::kw_only(), py::arg("margin") = 1.0, py::arg("eps") = 1e-6,
      py::arg("swap") = false, reduction, documentation("nn::triplet_margin_loss"));
}

auto bind_metrics(py::module_& m) -> void {
  const auto predictions = py::arg("predictions");
  const auto labels = py::arg("labels");
  const auto confusion = py::arg("confusion");
  const auto average = py::arg("average") = py::none();
  m.def("accuracy", &nn::accuracy, predictions, labels, documentation("nn::accuracy"));
  m.def("top_k_accuracy", &nn::top_k_accuracy, py::arg("logits"), labels, py::arg("k"), documentation("nn::top_k_accuracy"));
  m.def("binary_accuracy", &nn::binary_accuracy, predictions, py::arg("targets"), py::arg("threshold") = 0.5,
        documentation("nn::binary_accuracy"));
  m.def("confusion_matrix", &nn::confusion_matrix, predictions, labels, py::arg("classes") = 0,
        documentation("nn::confusion_matrix"));
  m.def("r2_score", &nn::r2_score, predictions, py::arg("targets"), documentation("nn::r2_score"));
  const auto of_confusion = [&](const char* name, auto f) {
    m.def(
        name,
        [f](const array& confusion, const std::optional<std::string>& average) -> py::object {
          if (!average) return to_numpy(f(confusion));
          return py::float_(f(confusion, average_of(*average)));
        },
        confusion, average, documentation((std::string("nn::") + name).c_str()));
  };
  of_confusion("precision", [](const array& c, auto... how) { return nn::precision(c, how...); });
  of_confusion("recall", [](const array& c, auto... how) { return nn::recall(c, how...); });
  of_confusion("f1", [](const array& c, auto... how) { return nn::f1(c, how...); });
}

}  // namespace

auto bind_losses(py::module_& m) -> void {
  bind_between_numbers(m);
  bind_of_classes(m);
  bind_of_yes_and_no(m);
  bind_of_vectors(m);
  bind_metrics(m);
}

}  // namespace seegrad::python
