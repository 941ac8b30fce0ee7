// Derivatives of what is recorded.

#include "derivatives.hpp"
#include "bind.hpp"
#include <autodiff/derive/contributions.hpp>
#include <autodiff/derive/not_finite.hpp>
#include <autodiff/derive/rounding.hpp>
#include <autodiff/derive/sparsity.hpp>

namespace seegrad::python {
namespace {

/// Variables as they were given, one or a list.
struct variables {
  std::vector<operand> all;
  bool is_one = false;

  variables(py::handle xs, const char* who) : is_one(is_handle(xs)) {
    if (is_one) {
      all.emplace_back(xs);
      return;
    }
    if (!py::isinstance<py::sequence>(xs) || py::isinstance<py::str>(xs))
      throw py::type_error(fmt::format("{}: the variables are a scalar or tensor, or a list of them, and not a {}", who,
                                       Py_TYPE(xs.ptr())->tp_name));
    for (const auto& x : py::reinterpret_borrow<py::sequence>(xs)) {
      if (!is_handle(x))
        throw py::type_error(
            fmt::format("{}: a {} is no variable; those are scalars and tensors of a graph", who, Py_TYPE(x.ptr())->tp_name));
      all.emplace_back(x);
    }
  }
  auto are_scalars() const -> bool {
    return std::all_of(all.begin(), all.end(), [](const auto& x) { return x.what() == operand::kind::scalar; });
  }
  auto scalars() const -> std::vector<scalar> {
    std::vector<scalar> list;
    for (const auto& x : all) list.push_back(x.as_scalar());
    return list;
  }
  auto tensors() const -> std::vector<tensor> { return listed(all); }
  auto refs() const -> std::vector<node_ref> {
    std::vector<node_ref> list;
    for (const auto& x : all) list.push_back(x.as_tensor().ref());
    return list;
  }
};

/// One as it is, several as a list, as the variables were.
template <class F>
auto of_each(const variables& xs, F f) -> py::object {
  if (xs.is_one) return f(std::size_t{0});
  py::list out;
  for (std::size_t i = 0; i < xs.all.size(); ++i) out.append(f(i));
  return out;
}

auto turn_for(const operand& y, const variables& xs) -> shared_graph {
  if (y.of()) return y.of();
  for (const auto& x : xs.all)
    if (x.of()) return x.of();
  return nullptr;
}

}  // namespace

auto gradient_of_handle(const operand& y, py::handle by, const std::optional<operand>& seed) -> py::object {
  const variables xs(by, "gradient");
  const turn here(turn_for(y, xs));
  const auto refs = xs.refs();
  std::optional<array> weights;
  if (seed) weights = seed->as_array();
  const auto sweep = [&] {
    const auto t = y.as_tensor();
    const py::gil_scoped_release free;
    return detail::reverse_to(refs, t, weights ? &*weights : nullptr, "gradient");
  }();
  return of_each(xs, [&](std::size_t i) {
    const auto& x = xs.all[i];
    return x.what() == operand::kind::scalar ? give(sweep.of(x.as_scalar(), "gradient"))
                                             : give(sweep.of(x.as_tensor(), "gradient"));
  });
}

auto jacobian_of_handles(py::handle y, py::handle by) -> py::object {
  const variables ys(y, "jacobian"), xs(by, "jacobian");
  const turn here(turn_for(ys.all.at(0), xs));
  if (ys.are_scalars() && xs.are_scalars()) return to_numpy(jacobian(ys.scalars(), xs.scalars()));
  if (!ys.is_one) throw py::type_error("jacobian: of a list of scalars by a list of scalars, or of one tensor by tensors");
  return of_each(xs,
                 [&](std::size_t i) -> py::object { return to_numpy(jacobian(ys.all[0].as_tensor(), xs.all[i].as_tensor())); });
}

auto hessian_of_handle(const operand& y, py::handle by) -> py::object {
  const variables xs(by, "hessian");
  const turn here(turn_for(y, xs));
  if (xs.are_scalars() && y.what() == operand::kind::scalar) return to_numpy(hessian(y.as_scalar(), xs.scalars()));
  if (!xs.is_one) throw py::type_error("hessian: by one tensor, or by a list of scalars");
  return to_numpy(hessian(y.as_tensor(), xs.all[0].as_tensor()));
}

auto hessian_product_of_handle(const operand& y, py::handle by, py::handle v) -> py::object {
  const variables xs(by, "hvp");
  const turn here(turn_for(y, xs));
  if (xs.are_scalars() && y.what() == operand::kind::scalar) {
    const auto direction = from_any(v, memory::copied).to_vector<double>();
    return to_numpy(array(hessian_vector(y.as_scalar(), xs.scalars(), direction)));
  }
  if (!xs.is_one) throw py::type_error("hvp: by one tensor, or by a list of scalars");
  return to_numpy(hessian_vector(y.as_tensor(), xs.all[0].as_tensor(), from_any(v, memory::copied)));
}

auto change_of_handle(const operand& y, py::handle by, py::handle v) -> py::object {
  const variables xs(by, "jvp");
  const turn here(turn_for(y, xs));
  if (xs.are_scalars() && y.what() == operand::kind::scalar) {
    const auto all = xs.scalars();
    const auto direction = from_any(v, memory::copied).to_vector<double>();
    return give(jvp(y.as_scalar(), all, direction));
  }
  std::vector<array> directions;
  if (xs.is_one) directions.push_back(from_any(v, memory::copied));
  else
    for (const auto& one : py::reinterpret_borrow<py::sequence>(v)) directions.push_back(from_any(one, memory::copied));
  const auto all = xs.tensors();
  if (all.size() != directions.size())
    throw py::value_error(fmt::format("jvp: {} variables and {} directions", all.size(), directions.size()));
  return give(jvp(y.as_tensor(), all, directions));
}

auto bind_derivatives(py::module_& m) -> void {
  const auto sweep = [](const operand& y, const std::optional<operand>& seed) {
    const turn here(y.of());
    if (y.what() == operand::kind::scalar) return backward(y.as_scalar(), seed ? seed->as_scalar().value() : 1.0);
    const auto t = y.as_tensor();
    std::optional<array> weights;
    if (seed) weights = seed->as_array();
    const py::gil_scoped_release free;
    if (weights) backward(t, *weights);
    else backward(t);
  };
  m.def(
      "backward", sweep, py::arg("y"), py::arg("seed") = py::none(),
      "Sets .grad of every node to the derivative of y by it; of an array the sum of seed * y. Throws if y is a constant, or has more than one element and no seed is given.");
  for (const char* type : {"scalar", "tensor"}) {
    const py::object handle = m.attr(type);
    handle.attr("backward") = py::cpp_function(sweep, py::name("backward"), py::is_method(handle), py::arg("seed") = py::none(),
                                               "Sets .grad of every node to the derivative of this by it.");
  }
  m.def(
      "recorded_gradient",
      [](const operand& y, py::handle by, const std::optional<operand>& seed) -> py::object {
        const variables xs(by, "recorded_gradient");
        if (xs.are_scalars() && y.what() == operand::kind::scalar) {
          const scalar ys[] = {y.as_scalar()}, seeds[] = {seed ? seed->as_scalar() : scalar(1.0)};
          const auto slopes = recorded_vjp(ys, seeds, xs.scalars());
          return of_each(xs, [&](std::size_t i) { return give(slopes[i]); });
        }
        const auto all = xs.tensors();
        const auto slopes = seed ? recorded_vjp(y.as_tensor(), seed->as_tensor(), all) : recorded_gradient(y.as_tensor(), all);
        return of_each(xs, [&](std::size_t i) {
          return xs.all[i].what() == operand::kind::scalar ? give(scalar_of(slopes[i])) : give(slopes[i]);
        });
      },
      py::arg("y"), py::arg("xs"), py::arg("seed") = py::none(),
      "The derivatives of y by one or several scalars or tensors, recorded, so that they can be differentiated again.");
  m.def(
      "why_zero",
      [](const operand& y, const operand& x) {
        const turn here(y.of());
        return detail::why_array_zero(y.as_tensor(), x.as_tensor()).text();
      },
      py::arg("y"), py::arg("x"),
      "Why the derivative of y by x is 0, in words: no way leads there, every way is blocked, or contributions cancel.");
  m.def(
      "why_not_finite",
      [](const operand& y) {
        const turn here(y.of());
        return detail::why_array_not_finite(y.as_tensor()).text();
      },
      py::arg("y"), "Where infinity or NaN in y or its gradient was born, in words.");
  m.def(
      "rounding",
      [](const operand& y) {
        const turn here(y.of());
        return detail::rounding_of_array(y.as_tensor()).text();
      },
      py::arg("y"), "How many digits of y are good, and which step loses the most, in words.");
}

}  // namespace seegrad::python
