// Over axes: sums, products, extremes, orders, running sums, and rows of probabilities.

#include "bind.hpp"
#include <autodiff/ops/reduction/log_softmax_at.hpp>
#include <autodiff/ops/reduction/order.hpp>
#include <autodiff/ops/reduction/scan.hpp>
#include <autodiff/ops/reduction/softmax.hpp>
#include <autodiff/ops/reduction/standardise.hpp>

namespace seegrad::python {
namespace {

/// f over axes; all of them by default.
template <class F>
auto over_axes(F f) {
  return [f](const operand& x, const axes& axis, bool keep_axes) {
    return on([&](const tensor& t) { return f(t, axis, kept_axes(keep_axes)); }, x);
  };
}

auto bind_sums(py::module_& m) -> void {
  const auto reduction = [&](const char* name, auto f) {
    both(m, name, over_axes(f), py::arg("x"), py::arg("axis") = axes(), py::arg("keep_axes") = false);
  };
  reduction("sum", [](const tensor& x, const axes& a, seegrad::keep k) { return sum(x, a, k); });
  reduction("prod", [](const tensor& x, const axes& a, seegrad::keep k) { return prod(x, a, k); });
  reduction("mean", [](const tensor& x, const axes& a, seegrad::keep k) { return mean(x, a, k); });
  reduction("norm", [](const tensor& x, const axes& a, seegrad::keep k) { return norm(x, a, k); });
  reduction("logsumexp", [](const tensor& x, const axes& a, seegrad::keep k) { return logsumexp(x, a, k); });
  reduction("all", [](const tensor& x, const axes& a, seegrad::keep k) { return all(x, a, k); });
  reduction("any", [](const tensor& x, const axes& a, seegrad::keep k) { return any(x, a, k); });
  const auto spread = [&](const char* name, auto f) {
    both(
        m, name,
        [f](const operand& x, const axes& axis, bool keep_axes, int correction) {
          return on([&](const tensor& t) { return f(t, axis, kept_axes(keep_axes), correction); }, x);
        },
        py::arg("x"), py::arg("axis") = axes(), py::arg("keep_axes") = false, py::arg("correction") = 1);
  };
  spread("var", [](const tensor& x, const axes& a, seegrad::keep k, int c) { return var(x, a, k, c); });
  spread("stddev", [](const tensor& x, const axes& a, seegrad::keep k, int c) { return stddev(x, a, k, c); });
}

/// max(x) is over all elements, max(x, axis=1) along an axis; max(a, b) compares, as for two numbers.
auto bind_extremes(py::module_& m) -> void {
  const auto extreme = [&](const char* name, auto f) {
    const auto reduced = over_axes(f);
    m.def(name, reduced, py::arg("x"), py::kw_only(), py::arg("axis") = axes(), py::arg("keep_axes") = false,
          "Over all elements, or along axes; of two operands the elements are compared. Equal extremes share the slope evenly.");
    const py::object tensor_class = m.attr("tensor");
    tensor_class.attr(name) = py::cpp_function(reduced, py::name(name), py::is_method(tensor_class), py::arg("axis") = axes(),
                                               py::arg("keep_axes") = false,
                                               "Over all elements, or along axes. Equal extremes share the slope evenly.");
  };
  extreme("max", [](const tensor& x, const axes& a, seegrad::keep k) { return max(x, a, k); });
  extreme("min", [](const tensor& x, const axes& a, seegrad::keep k) { return min(x, a, k); });
}

auto bind_orders(py::module_& m) -> void {
  const auto place = [&](const char* name, auto f) {
    both(
        m, name,
        [f](const operand& x, std::optional<index_t> axis, bool keep_axes) {
          return on(
              [&](const tensor& t) {
                return axis ? f(t, *axis, kept_axes(keep_axes)) : f(reshape(t, {-1}), 0, seegrad::keep::none);
              },
              x);
        },
        py::arg("x"), py::arg("axis") = py::none(), py::arg("keep_axes") = false);
  };
  place("argmax", [](const tensor& x, index_t axis, seegrad::keep k) { return argmax(x, axis, k); });
  place("argmin", [](const tensor& x, index_t axis, seegrad::keep k) { return argmin(x, axis, k); });
  both(
      m, "argsort",
      [](const operand& x, index_t axis, bool descending) {
        return on([&](const tensor& t) { return argsort(t, axis, descending); }, x);
      },
      py::arg("x"), py::arg("axis") = -1, py::arg("descending") = false);
  both(
      m, "sort",
      [](const operand& x, index_t axis, bool descending) {
        const auto y = sort(x.as_tensor(), axis, descending);
        return py::make_tuple(give(y.values, x.is_handle()), give(y.indices, x.is_handle()));
      },
      py::arg("x"), py::arg("axis") = -1, py::arg("descending") = false);
  both(
      m, "topk",
      [](const operand& x, index_t k, index_t axis, bool largest) {
        const auto y = topk(x.as_tensor(), k, axis, largest);
        return py::make_tuple(give(y.values, x.is_handle()), give(y.indices, x.is_handle()));
      },
      py::arg("x"), py::arg("k"), py::arg("axis") = -1, py::arg("largest") = true);
}

auto bind_rows(py::module_& m) -> void {
  const auto x = py::arg("x");
  both(
      m, "cumsum", [](const operand& x, index_t axis) { return on([&](const tensor& t) { return cumsum(t, axis); }, x); }, x,
      py::arg("axis"));
  both(
      m, "cumprod",
      [](const operand& x, index_t axis, bool from_the_end) {
        return on([&](const tensor& t) { return cumprod(t, axis, from_the_end); }, x);
      },
      x, py::arg("axis"), py::arg("from_the_end") = false);
  both(
      m, "softmax", [](const operand& x, index_t axis) { return on([&](const tensor& t) { return softmax(t, axis); }, x); }, x,
      py::arg("axis") = -1);
  both(
      m, "log_softmax",
      [](const operand& x, index_t axis) { return on([&](const tensor& t) { return log_softmax(t, axis); }, x); }, x,
      py::arg("axis") = -1);
  both(
      m, "log_softmax_at",
      [](const operand& x, const operand& index, index_t axis) {
        return on([&](const tensor& t, const tensor& i) { return log_softmax_at(t, i, axis); }, x, index);
      },
      x, py::arg("index"), py::arg("axis") = -1);
  both(
      m, "standardise", [](const operand& x, double eps) { return on([&](const tensor& t) { return standardise(t, eps); }, x); },
      x, py::arg("eps"));
}

}  // namespace

auto bind_reductions(py::module_& m) -> void {
  bind_sums(m);
  bind_extremes(m);
  bind_orders(m);
  bind_rows(m);
}

}  // namespace seegrad::python
